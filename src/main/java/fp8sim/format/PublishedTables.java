package fp8sim.format;

import java.util.List;

/** The values of published formats that no minifloat can express, by code. */
final class PublishedTables {
  private static final int SIGN = 0x80;
  private static final int LNS_FRACTION_BITS = 3;
  private static final int LNS_ONE = 64;

  /**
   * NormalFloat4: quantiles of a normal distribution, scaled to [-1, 1] (Dettmers et al., "QLoRA",
   * arXiv 2305.14314, appendix E).
   */
  static final List<Double> NF4 =
      List.of(
          -1.0,
          (double) -0.6961928009986877f,
          (double) -0.5250730514526367f,
          (double) -0.39491748809814453f,
          (double) -0.28444138169288635f,
          (double) -0.18477343022823334f,
          (double) -0.09105003625154495f,
          0.0,
          (double) 0.07958029955625534f,
          (double) 0.16093020141124725f,
          (double) 0.24611230194568634f,
          (double) 0.33791524171829224f,
          (double) 0.44070982933044434f,
          (double) 0.5626170039176941f,
          (double) 0.7229568362236023f,
          1.0);

  private PublishedTables() {}

  /**
   * A posit of 8 bits (Standard for Posit Arithmetic, 2022, section 4, where {@code es} is 2;
   * Gustafson and Yonemoto, "Beating Floating Point at its Own Game", 2017, for others): the two's
   * complement of a negative number; then a run of equal bits and its end (the regime), {@code es}
   * bits of exponent and a fraction, as far as there is room; bits that are missing are zero.
   */
  static double posit8(int code, int es) {
    if (code == 0) {
      return 0;
    }
    if (code == SIGN) {
      return Double.NaN;
    }
    boolean negative = code > SIGN;
    // Left-aligned behind the sign, so that missing bits are zeros.
    int bits = (negative ? -code : code) << (Integer.SIZE - Byte.SIZE + 1);
    int run = bits < 0 ? Integer.numberOfLeadingZeros(~bits) : Integer.numberOfLeadingZeros(bits);
    int regime = bits < 0 ? run - 1 : -run;
    int rest = bits << run << 1;
    int exponent = es == 0 ? 0 : rest >>> (Integer.SIZE - es);
    int fraction = rest << es;
    double significand = 1 + Math.scalb((double) Integer.toUnsignedLong(fraction), -Integer.SIZE);
    double value = Math.scalb(significand, (regime << es) + exponent);
    return negative ? -value : value;
  }

  /**
   * HiFloat8 (Luo et al., "Ascend HiFloat8 Format for Deep Learning", arXiv 2409.16626): a sign; a
   * prefix code for the number D of exponent bits: 11, 10, 01, 001, 0001 for 4, 3, 2, 1, 0; an
   * exponent of sign and magnitude whose leading one is not stored; a fraction. Behind the prefix
   * 0000 three bits m make the power of two {@code 2^(m-23)}.
   */
  static double hif8(int code) {
    int magnitude = code & (SIGN - 1);
    double value;
    if (magnitude < 0x08) {
      value = magnitude == 0 ? (code == 0 ? 0 : Double.NaN) : Math.scalb(1.0, magnitude - 23);
    } else if (magnitude == 0x6F) {
      value = Double.POSITIVE_INFINITY;
    } else {
      value = hif8Normal(magnitude);
    }
    return code >= SIGN ? -value : value;
  }

  private static double hif8Normal(int magnitude) {
    int width = magnitude >= 0x20 ? 1 + (magnitude >> 5) : magnitude >> 4;
    int fractionBits = width <= 2 ? 3 : 5 - width;
    int fraction = magnitude & ((1 << fractionBits) - 1);
    int exponent = 0;
    if (width > 0) {
      int stored = magnitude >> fractionBits & ((1 << width) - 1);
      int leading = 1 << (width - 1);
      // The upper stored bit is the exponent's sign: the implied one takes its place.
      exponent = stored < leading ? stored | leading : -stored;
    }
    double significand = 1 + Math.scalb((double) fraction, -fractionBits);
    return Math.scalb(significand, exponent);
  }

  /**
   * A logarithmic number of sign and 7 bits k, as LNS-Madam (Zhao et al., arXiv 2106.13914) has
   * them, with base {@code 2^(1/8)}: {@code 2^((k-64)/8)}, rounded to float32, for k from 1 on;
   * code 0 is zero, and 0x80 no number.
   */
  static double lns8(int code) {
    int k = code & (SIGN - 1);
    if (k == 0) {
      return code == 0 ? 0 : Double.NaN;
    }
    int whole = (k - LNS_ONE) >> LNS_FRACTION_BITS;
    int eighths = (k - LNS_ONE) & ((1 << LNS_FRACTION_BITS) - 1);
    double value = Math.scalb((double) (float) StrictMath.pow(2, eighths / 8.0), whole);
    return code >= SIGN ? -value : value;
  }
}
