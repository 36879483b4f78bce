package fp8sim.format;

import java.util.OptionalInt;

/**
 * A binary floating-point format of at most 16 bits, as data.
 *
 * <p>A magnitude code is {@code c = (e << M) | f}; a code is {@code sign << (E+M) | c}. With {@code
 * n = 2^M} and bias {@code b}, the value is {@code 2^(1-b) * f/n} for {@code e = 0} (subnormal) and
 * {@code 2^(e-b) * (1 + f/n)} otherwise; in a normal-only format the latter holds for {@code e = 0}
 * too, except that code 0 is zero. Magnitude codes order like their values. The bias is an argument
 * of every operation, because it is chosen per tensor or channel.
 *
 * @param name as {@link Formats#parse} reads it
 * @param exponentBits E, 0 to 8, and one more in the unsigned and in the extended variant; 0 is
 *     fixed point
 * @param mantissaBits M, 0 to 10; with 0 every number but zero is a power of two
 * @param signed whether codes have a sign bit
 * @param normalOnly whether {@code e = 0} is a normal binade
 * @param specials which codes are not finite numbers
 * @param fixedBias the bias, where the format defines it
 */
public record FloatFormat(
    String name,
    int exponentBits,
    int mantissaBits,
    boolean signed,
    boolean normalOnly,
    Specials specials,
    OptionalInt fixedBias)
    implements Format {

  public FloatFormat {
    check(exponentBits >= 0 && exponentBits <= 10, name, "0 to 8 exponent bits");
    check(mantissaBits >= 0 && mantissaBits <= 10, name, "0 to 10 mantissa bits");
    check(exponentBits + mantissaBits <= 17, name, "at most 15 exponent and mantissa bits");
    check(exponentBits > 0 || !normalOnly, name, "exponent bits to be normal-only");
  }

  private static void check(boolean holds, String name, String needs) {
    if (!holds) {
      throw new IllegalArgumentException("format " + name + " needs " + needs);
    }
  }

  /** {@code eXmY} without specials whose bias is chosen per tensor or channel. */
  public static FloatFormat of(int exponentBits, int mantissaBits) {
    return new FloatFormat(
        "e" + exponentBits + "m" + mantissaBits,
        exponentBits,
        mantissaBits,
        true,
        false,
        Specials.NONE,
        OptionalInt.empty());
  }

  /** The same width without a sign bit: the exponent gains a bit. */
  public FloatFormat unsigned() {
    return signed ? widened("unsigned-" + name, false, specials) : this;
  }

  /** The layout of codes that may exceed the top: one more exponent bit, every code finite. */
  public FloatFormat extended() {
    return widened("extended-" + name, signed, Specials.NONE);
  }

  private FloatFormat widened(String newName, boolean withSign, Specials newSpecials) {
    return new FloatFormat(
        newName, exponentBits + 1, mantissaBits, withSign, normalOnly, newSpecials, fixedBias);
  }

  @Override
  public int bits() {
    return magnitudeBits() + (signed ? 1 : 0);
  }

  /** {@code E + M}, which is also the position of the sign bit. */
  public int magnitudeBits() {
    return exponentBits + mantissaBits;
  }

  /** Number of codes, specials included. */
  public int codeCount() {
    return 1 << bits();
  }

  /** {@code 2^M}: fractions in a binade. */
  public int fractionCount() {
    return 1 << mantissaBits;
  }

  /** The fixed bias, or {@code 2^(E-1)}; 0 for fixed point. */
  public int standardBias() {
    return fixedBias.orElse((1 << exponentBits) >> 1);
  }

  /**
   * Whether values are always cast to the format as they are, without a scale: IEEE formats of 16
   * bits.
   */
  public boolean isCast() {
    return fixedBias.isPresent() && specials == Specials.IEEE && bits() == Short.SIZE;
  }

  /** Magnitude code of the largest finite value. */
  public int maxMagnitude() {
    return switch (specials) {
      case NONE, NAN_NEGATIVE_ZERO -> magnitudeMask();
      case IEEE -> (((1 << exponentBits) - 1) << mantissaBits) - 1;
      case NAN_ALL_ONES, NAN_NEGATIVE_ZERO_AND_INF -> magnitudeMask() - 1;
      case NAN_ALL_ONES_AND_INF -> magnitudeMask() - 2;
    };
  }

  /** Magnitude code of the smallest normal value. */
  public int minNormalMagnitude() {
    return normalOnly ? 1 : fractionCount();
  }

  /** The largest finite value. */
  public double maxFinite(int bias) {
    return magnitudeValue(maxMagnitude(), bias);
  }

  /** The magnitude part of a code. */
  public int magnitude(int code) {
    return code & magnitudeMask();
  }

  /** Whether the sign bit of a code is set. */
  public boolean isNegative(int code) {
    return signed && (code >>> magnitudeBits() & 1) != 0;
  }

  public boolean isNaN(int code) {
    return switch (specials) {
      case NONE -> false;
      case IEEE -> magnitude(code) > maxMagnitude() + 1;
      case NAN_ALL_ONES, NAN_ALL_ONES_AND_INF -> magnitude(code) == magnitudeMask();
      case NAN_NEGATIVE_ZERO, NAN_NEGATIVE_ZERO_AND_INF -> code == 1 << magnitudeBits();
    };
  }

  public boolean isInfinite(int code) {
    return specials.hasInfinity() && magnitude(code) == maxMagnitude() + 1;
  }

  public boolean isFinite(int code) {
    return !isNaN(code) && !isInfinite(code);
  }

  /** The code of a magnitude with a sign. */
  public int withSign(int magnitude, boolean negative) {
    return negative ? magnitude | 1 << magnitudeBits() : magnitude;
  }

  /** The value of a code, exactly; Inf and NaN where the format has them. */
  public double decode(int code, int bias) {
    if (isNaN(code)) {
      return Double.NaN;
    }
    double magnitude =
        isInfinite(code) ? Double.POSITIVE_INFINITY : magnitudeValue(magnitude(code), bias);
    return isNegative(code) ? -magnitude : magnitude;
  }

  /** The value of a magnitude code, which may lie above the top: then exponents go on. */
  public double magnitudeValue(int magnitude, int bias) {
    int e = magnitude >> mantissaBits;
    int f = magnitude & (fractionCount() - 1);
    if (magnitude == 0 || (e == 0 && !normalOnly)) {
      return Math.scalb((double) f, 1 - bias - mantissaBits);
    }
    return Math.scalb((double) (fractionCount() + f), e - bias - mantissaBits);
  }

  /** {@link #encode(double, int, Conversion, int)} for roundings that need no random bits. */
  public int encode(double value, int bias, ConversionMode conversion) {
    return encode(value, bias, conversion, 0);
  }

  /**
   * The code of a value, rounded once.
   *
   * <p>The sign of zero is kept where the format has a negative zero. NaN becomes the format's NaN
   * with its sign, or 0 in a format without NaN (callers keep track of it). Negative values become
   * 0 in an unsigned format. {@link Overflow#EXTEND} expects the {@link #extended} layout, whose
   * top it saturates at.
   *
   * @param value an exact value: a float32, a product, or any double
   * @param random 32 random bits for stochastic rounding
   */
  public int encode(double value, int bias, ConversionMode conversion, int random) {
    boolean negative = Double.doubleToRawLongBits(value) < 0;
    if (Double.isNaN(value)) {
      return specials == Specials.NONE ? 0 : nanCode(negative);
    }
    if (negative && !signed) {
      return 0;
    }
    int magnitude = limited(Math.abs(value), bias, conversion, random);
    if (magnitude > maxMagnitude()) {
      return overflowCode(negative);
    }
    boolean flushed =
        conversion.subnormals() == Subnormals.FLUSH && magnitude < minNormalMagnitude();
    return zeroAware(flushed ? 0 : magnitude, negative);
  }

  private int limited(double absolute, int bias, ConversionMode conversion, int random) {
    boolean ieee = conversion.overflow() == Overflow.IEEE;
    if (Double.isInfinite(absolute)) {
      return ieee ? maxMagnitude() + 1 : maxMagnitude();
    }
    int magnitude = roundMagnitude(absolute, bias, conversion.rounding(), random);
    return ieee ? magnitude : Math.min(magnitude, maxMagnitude());
  }

  private int overflowCode(boolean negative) {
    return switch (specials) {
      case NONE -> throw new IllegalArgumentException(name + " has neither Inf nor NaN");
      case IEEE, NAN_NEGATIVE_ZERO_AND_INF, NAN_ALL_ONES_AND_INF ->
          withSign(maxMagnitude() + 1, negative);
      case NAN_ALL_ONES, NAN_NEGATIVE_ZERO -> nanCode(negative);
    };
  }

  /** In IEEE formats the quiet NaN with no other bit set, as ONNX's tests have it. */
  private int nanCode(boolean negative) {
    return switch (specials) {
      case NAN_NEGATIVE_ZERO, NAN_NEGATIVE_ZERO_AND_INF -> 1 << magnitudeBits();
      case IEEE -> withSign(maxMagnitude() + 1 + fractionCount() / 2, negative);
      case NONE, NAN_ALL_ONES, NAN_ALL_ONES_AND_INF -> withSign(magnitudeMask(), negative);
    };
  }

  private int zeroAware(int magnitude, boolean negative) {
    return withSign(magnitude, negative && (magnitude != 0 || !specials.isNegativeZeroNaN()));
  }

  /**
   * The magnitude code nearest to a finite, non-negative value in the sense of {@code rounding};
   * above the top exponents go on.
   */
  public int roundMagnitude(double absolute, int bias, Rounding rounding, int random) {
    if (normalOnly) {
      double smallest = magnitudeValue(1, bias);
      if (absolute < smallest) {
        return rounding.increments(absolute, smallest, false, random) ? 1 : 0;
      }
    }
    int lowest = normalOnly ? 0 : 1;
    int p = Math.max(Math.getExponent(absolute) + bias, lowest);
    double steps = Math.scalb(absolute, mantissaBits + bias - p);
    double whole = Math.floor(steps);
    // Steps count from fractionCount() in every binade but the subnormal one.
    int below = p * fractionCount() + (int) whole - fractionCount();
    return rounding.increments(steps - whole, 1, (below & 1) != 0, random) ? below + 1 : below;
  }

  private int magnitudeMask() {
    return (1 << magnitudeBits()) - 1;
  }
}
