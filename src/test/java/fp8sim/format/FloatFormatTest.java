package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatFormatTest {
  private static final int ALL_ONES = -1;

  /** Every minifloat of at most 8 bits: signed and unsigned, with and without subnormals. */
  static Stream<FloatFormat> upToEightBits() {
    List<FloatFormat> formats = new ArrayList<>(Formats.NAMED);
    IntStream.rangeClosed(P3109.MIN_BITS, P3109.MAX_BITS)
        .forEach(bits -> formats.addAll(P3109.all(bits)));
    for (int e = 0; e <= 7; e++) {
      for (int m = 1; e + m <= 7; m++) {
        formats.add(FloatFormat.of(e, m));
        if (e > 0) {
          formats.add(FloatFormat.of(e, m).unsigned());
          formats.add(normalOnly(e, m));
        }
      }
    }
    return formats.stream();
  }

  private static FloatFormat normalOnly(int e, int m) {
    return (FloatFormat) Formats.parse("e" + e + "m" + m + ":normal-only");
  }

  private static int[] biases(FloatFormat format) {
    int standard = format.standardBias();
    return new int[] {standard, standard - 3, standard + 5};
  }

  private static ConversionMode rounding(Rounding rounding) {
    return new ConversionMode(rounding, Overflow.SATURATE, Subnormals.KEEP);
  }

  @ParameterizedTest
  @MethodSource("upToEightBits")
  void everyCodeRoundTripsInEveryRounding(FloatFormat format) {
    for (int bias : biases(format)) {
      for (int code = 0; code < format.codeCount(); code++) {
        for (Rounding rounding : Rounding.values()) {
          double value = format.decode(code, bias);
          int again = format.encode(value, bias, rounding(rounding), 0);
          if (format.isNaN(code)) {
            assertThat(format.isNaN(again)).isTrue();
          } else if (format.isFinite(code)) {
            assertThat(again).isEqualTo(code);
          } else {
            assertThat(again).isEqualTo(format.withSign(format.maxMagnitude(), value < 0));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("upToEightBits")
  void magnitudeCodesOrderLikeTheirValues(FloatFormat format) {
    for (int c = 0; c < format.maxMagnitude(); c++) {
      assertThat(format.decode(c, 3)).isLessThan(format.decode(c + 1, 3));
    }
  }

  /** Between two neighbours: the midpoint and the floats on both sides of it, and of each end. */
  @ParameterizedTest
  @MethodSource("upToEightBits")
  void everyMidpointAndItsNeighboursRoundRight(FloatFormat format) {
    for (int bias : biases(format)) {
      for (int c = 0; c < format.maxMagnitude(); c++) {
        double low = format.decode(c, bias);
        double high = format.decode(c + 1, bias);
        float middle = (float) ((low + high) / 2);
        if (middle != (low + high) / 2) {
          continue; // below the range of float32
        }
        int even = (c & 1) == 0 ? c : c + 1;
        check(format, bias, middle, even, c + 1, c);
        check(format, bias, Math.nextDown(middle), c, c, c);
        check(format, bias, Math.nextUp(middle), c + 1, c + 1, c);
        check(format, bias, Math.nextUp((float) low), c, c, c);
        check(format, bias, Math.nextDown((float) high), c + 1, c + 1, c);
      }
    }
  }

  private static void check(FloatFormat format, int bias, float x, int even, int away, int zero) {
    boolean negative = format.signed();
    for (boolean sign : negative ? new boolean[] {false, true} : new boolean[] {false}) {
      double value = sign ? -x : x;
      assertCode(format, bias, value, Rounding.NEAREST_EVEN, 0, even, sign);
      assertCode(format, bias, value, Rounding.NEAREST_AWAY, 0, away, sign);
      assertCode(format, bias, value, Rounding.TOWARD_ZERO, 0, zero, sign);
      // All random bits clear: any remainder goes up. All set: none of at most 1 - 2^-32 does.
      assertCode(format, bias, value, Rounding.STOCHASTIC, 0, zero + 1, sign);
      assertCode(format, bias, value, Rounding.STOCHASTIC, ALL_ONES, zero, sign);
    }
  }

  private static void assertCode(
      FloatFormat format,
      int bias,
      double x,
      Rounding mode,
      int random,
      int magnitude,
      boolean sign) {
    boolean hasNegativeZero = !format.specials().isNegativeZeroNaN();
    int expected = format.withSign(magnitude, sign && (magnitude > 0 || hasNegativeZero));
    assertThat(format.encode(x, bias, rounding(mode), random))
        .as("%s bias %d %s of %s", format.name(), bias, mode, x)
        .isEqualTo(expected);
  }

  @Test
  void stochasticRoundingGoesUpInProportionToTheRemainder() {
    FloatFormat format = FloatFormat.of(4, 3);
    int bias = format.standardBias();
    double value = format.decode(50, bias) * 0.75 + format.decode(51, bias) * 0.25;
    int up = 0;
    for (int i = 0; i < 10_000; i++) {
      int random = Philox.bits(1, Philox.stream("conv1"), 0, i);
      up += format.encode(value, bias, rounding(Rounding.STOCHASTIC), random) - 50;
    }
    // Four standard deviations of a binomial distribution: 4 * sqrt(10000 * 0.25 * 0.75) = 173.
    assertThat(up).isBetween(2500 - 173, 2500 + 173);
  }

  @Test
  void valuesAreThoseOfTheFormatDefinition() {
    FloatFormat e4m3 = FloatFormat.of(4, 3);
    assertThat(e4m3.decode(1, 8)).isEqualTo(0x1p-10);
    assertThat(e4m3.decode(8, 8)).isEqualTo(0x1p-7);
    assertThat(e4m3.decode(0x7F, 8)).isEqualTo(240);
    assertThat(e4m3.decode(0xFF, 8)).isEqualTo(-240);
    assertThat(Formats.OFP8_E4M3.maxFinite(7)).isEqualTo(448);
    assertThat(Formats.OFP8_E5M2.maxFinite(15)).isEqualTo(57344);
    assertThat(Formats.E4M3FNUZ.maxFinite(8)).isEqualTo(240);
    assertThat(Formats.E5M2FNUZ.maxFinite(16)).isEqualTo(57344);
    assertThat(normalOnly(3, 4).decode(1, 4)).isEqualTo(17.0 / 256);
    assertThat(FloatFormat.of(0, 7).decode(64, 0)).isEqualTo(1);
  }

  @Test
  void subnormalResultsAreFlushedAfterRounding() {
    ConversionMode flush =
        new ConversionMode(Rounding.NEAREST_EVEN, Overflow.SATURATE, Subnormals.FLUSH);
    FloatFormat format = FloatFormat.of(3, 4);
    double minNormal = format.decode(format.minNormalMagnitude(), 4);
    assertThat(format.encode(minNormal, 4, flush)).isEqualTo(16);
    assertThat(format.encode(Math.nextDown(minNormal), 4, flush)).isEqualTo(16);
    assertThat(format.encode(format.decode(15, 4), 4, flush)).isZero();
    assertThat(format.encode(-format.decode(15, 4), 4, flush)).isEqualTo(0x80);
  }

  @Test
  void halfPrecisionIsThatOfTheJdk() {
    for (int code = 0; code < 1 << 16; code++) {
      float value = Float.float16ToFloat((short) code);
      double decoded = Formats.FLOAT16.decode(code, 15);
      assertThat(Float.compare((float) decoded, value)).isZero();
      float between = value * 1.0007f;
      if (!Float.isNaN(between)) {
        int encoded =
            Formats.FLOAT16.encode(between, 15, ConversionMode.DEFAULT.with(Overflow.IEEE));
        assertThat((short) encoded).isEqualTo(Float.floatToFloat16(between));
      }
    }
  }

  @Test
  void bfloat16AgreesWithTheGeneralFormat() {
    ConversionMode ieee = ConversionMode.DEFAULT.with(Overflow.IEEE);
    for (int high = 0; high < 1 << 16; high++) {
      for (int low : new int[] {0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF}) {
        float x = Float.intBitsToFloat(high << 16 | low);
        if (Float.isNaN(x)) {
          assertThat(BFloat16.toFloat(BFloat16.fromFloat(x))).isNaN();
        } else {
          assertThat(BFloat16.fromFloat(x))
              .isEqualTo((short) Formats.BFLOAT16.encode(x, 127, ieee));
        }
      }
    }
  }

  @Test
  void namesOfVariantsKeepTheBias() {
    FloatFormat format = (FloatFormat) Formats.parse("e4m3:bias=7");
    assertThat(format.extended().fixedBias()).isEqualTo(OptionalInt.of(7));
    assertThat(format.unsigned().bits()).isEqualTo(8);
  }
}
