package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fp8sim.common.Fp8simException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizersTest {
  private static final FloatFormat E4M3 = FloatFormat.of(4, 3);
  private static final FloatFormat E3M4 = FloatFormat.of(3, 4);

  private static FloatQuantizer quantizer(FloatFormat format, float maxval, BiasPolicy policy) {
    return Quantizers.minifloat(format, maxval, policy, ScaleMode.REAL, ConversionMode.DEFAULT);
  }

  /** Anchor: E3M4 with bias 3 has 31.0 as its largest value, so 31.0 must choose bias 3. */
  @Test
  void theBiasOfAFormatsOwnTopIsThatBias() {
    for (int bias = -20; bias < 20; bias++) {
      assertThat(Biases.fit(E3M4, (float) E3M4.maxFinite(bias))).isEqualTo(bias);
    }
  }

  @Test
  void theBiasChangesAtTheSquareRootOfTwo() {
    // maxfinite(4) * sqrt(2): above it bias 3 is nearer. Both neighbours of the irrational limit.
    BigDecimal limit =
        new BigDecimal(E3M4.maxFinite(4)).multiply(new BigDecimal(2).sqrt(MathContext.DECIMAL64));
    float below = limit.floatValue();
    if (new BigDecimal(below).compareTo(limit) > 0) {
      below = Math.nextDown(below);
    }
    assertThat(Biases.fit(E3M4, below)).isEqualTo(4);
    assertThat(Biases.fit(E3M4, Math.nextUp(below))).isEqualTo(3);
    assertThat(Biases.fit(E3M4, Math.scalb(below, -120))).isEqualTo(124);
  }

  @Test
  void aSubnormalRangeHasABias() {
    FloatQuantizer quantizer = quantizer(E4M3, Float.MIN_VALUE, BiasPolicy.SATURATE);
    assertThat(quantizer.apply(Float.MIN_VALUE)).isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void theLargestRangeStaysFinite() {
    for (BiasPolicy policy : BiasPolicy.values()) {
      FloatQuantizer quantizer = quantizer(E4M3, Float.MAX_VALUE, policy);
      assertThat(quantizer.apply(Float.POSITIVE_INFINITY)).isFinite().isGreaterThan(0x1p126f);
    }
  }

  @ParameterizedTest
  @EnumSource(BiasPolicy.class)
  void resultsAreValuesOfTheirCodes(BiasPolicy policy) {
    Random random = new Random(1);
    for (float maxval : new float[] {0.3f, 1, 1.3f, 1.5f, 240, 1e-30f}) {
      FloatQuantizer quantizer = quantizer(E4M3, maxval, policy);
      for (int i = 0; i < 2000; i++) {
        float x = (float) random.nextGaussian() * maxval;
        float y = quantizer.apply(x);
        assertThat(quantizer.decode(quantizer.encode(x))).isEqualTo(y);
        assertThat(quantizer.apply(y)).isEqualTo(y);
        assertThat(quantizer.encode(x)).isBetween(0, (1 << quantizer.codeBits()) - 1);
      }
    }
  }

  @Test
  void saturateEndsAtTheLargestCodeAndStudyGoesOn() {
    float maxval = 17; // bias 4 has top 15.5
    assertThat(quantizer(E3M4, maxval, BiasPolicy.SATURATE).apply(100)).isEqualTo(15.5f);
    assertThat(quantizer(E3M4, maxval, BiasPolicy.STUDY).apply(100)).isEqualTo(17);
    assertThat(quantizer(E3M4, maxval, BiasPolicy.SATURATE).encode(-100)).isEqualTo(0xFF);
    assertThat(quantizer(E3M4, maxval, BiasPolicy.STUDY).encode(100)).isEqualTo(0x81);
    assertThat(quantizer(E3M4, maxval, BiasPolicy.STUDY).codeBits()).isEqualTo(9);
  }

  @Test
  void aRangeBelowTheTopLimitsFirst() {
    // Bias 4, grid 0.5 near 14: everything above 14.2 becomes round(14.2).
    assertThat(quantizer(E3M4, 14.2f, BiasPolicy.SATURATE).apply(15.5f)).isEqualTo(14);
  }

  @Test
  void theRealPolicyMapsTheRangeToTheTop() {
    FloatQuantizer quantizer = quantizer(E4M3, 3.3f, BiasPolicy.REAL);
    assertThat(quantizer.bias()).isEqualTo(8);
    assertThat(quantizer.scale()).isEqualTo(3.3f / 240);
    assertThat(quantizer.encode(5f)).isEqualTo(0x7F);
    assertThat(quantizer.apply(5f)).isEqualTo(240 * (3.3f / 240));
  }

  @Test
  void coverClipsNothingAndWastesLessThanABinade() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      FloatFormat format = FloatFormat.of(1 + random.nextInt(8), 1 + random.nextInt(7));
      float maxval = Math.scalb(1 + random.nextFloat(), random.nextInt(250) - 125);
      int bias = Biases.cover(format, maxval);
      assertThat(format.maxFinite(bias)).isGreaterThanOrEqualTo(maxval);
      assertThat(format.maxFinite(bias + 1)).isLessThan(maxval);
      FloatQuantizer quantizer = quantizer(format, maxval, BiasPolicy.COVER);
      assertThat(quantizer.scale()).isEqualTo(1);
      float half = (float) Math.scalb(1.0, Math.getExponent(maxval) - format.mantissaBits());
      assertThat(quantizer.apply(maxval)).isBetween(maxval - half, maxval + half);
    }
    // The top of bias 4 is 15.5: it is covered by itself, the next number by bias 3.
    assertThat(Biases.cover(E3M4, 15.5f)).isEqualTo(4);
    assertThat(Biases.cover(E3M4, Math.nextUp(15.5f))).isEqualTo(3);
  }

  /** The worst range for the nearest bias: just below the square root of two above a top. */
  @Test
  void policiesDifferInWhatTheyClip() {
    float maxval = 15.5f * 1.41f;
    assertThat(quantizer(E3M4, maxval, BiasPolicy.SATURATE).apply(maxval)).isEqualTo(15.5f);
    assertThat(quantizer(E3M4, maxval, BiasPolicy.COVER).apply(maxval)).isEqualTo(22);
    assertThat(quantizer(E3M4, maxval, BiasPolicy.REAL).apply(maxval))
        .isCloseTo(maxval, within(1e-6f * maxval));
  }

  /** A scale of some 2^-128 would be subnormal and change the grid. */
  @Test
  void realScalesOfEightExponentBitsAreNormal() {
    FloatFormat format = FloatFormat.of(8, 7);
    for (float maxval : new float[] {1e-30f, 0.3f, 1, 1.9f, 2, 6, 1e30f, Float.MAX_VALUE}) {
      FloatQuantizer quantizer = quantizer(format, maxval, BiasPolicy.REAL);
      assertThat(quantizer.scale()).isBetween(1f, 2f);
      assertThat(quantizer.apply(maxval)).isCloseTo(maxval, within(1e-6f * maxval));
      for (float part : new float[] {0.9f, 0.1f, 1e-3f}) {
        float x = maxval * part;
        assertThat(quantizer.apply(x)).isCloseTo(x, within(x / 256));
      }
    }
  }

  @Test
  void formatsOfSixteenBitsAreCast() {
    for (ScaleMode mode : ScaleMode.values()) {
      FloatFormat fp16 = (FloatFormat) Formats.parse("fp16");
      FloatFormat bf16 = (FloatFormat) Formats.parse("bf16");
      FloatQuantizer half =
          Quantizers.minifloat(fp16, 3, BiasPolicy.REAL, mode, ConversionMode.DEFAULT);
      FloatQuantizer brain =
          Quantizers.minifloat(bf16, 3, BiasPolicy.REAL, mode, ConversionMode.DEFAULT);
      Random random = new Random(4);
      for (int i = 0; i < 1000; i++) {
        float x = (float) random.nextGaussian() * 50;
        assertThat(half.apply(x)).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(x)));
        int bits = Float.floatToRawIntBits(x);
        int rounded = bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000;
        assertThat(brain.apply(x)).isEqualTo(Float.intBitsToFloat(rounded));
      }
      assertThat(half.apply(1e6f)).isEqualTo(65504);
    }
    assertThat(Formats.parse("fp8-e4m3")).isEqualTo(Formats.OFP8_E4M3);
    assertThat(Formats.parse("fp8-e5m2")).isEqualTo(Formats.OFP8_E5M2);
  }

  @Test
  void unsignedFormatsGainAnExponentBit() {
    FloatQuantizer quantizer = quantizer(E3M4.unsigned(), 15.5f, BiasPolicy.SATURATE);
    assertThat(quantizer.codeBits()).isEqualTo(8);
    assertThat(quantizer.bias()).isEqualTo(12);
    assertThat(quantizer.apply(-1)).isZero();
    assertThat(quantizer.encode(15.5f)).isEqualTo(0xFF);
  }

  @Test
  void theWidestFormatsHaveEveryVariant() {
    for (FloatFormat format : new FloatFormat[] {FloatFormat.of(8, 7), FloatFormat.of(5, 10)}) {
      FloatQuantizer quantizer = quantizer(format.unsigned(), 3, BiasPolicy.STUDY);
      assertThat(quantizer.apply(2.75f)).isEqualTo(2.75f);
      assertThat(quantizer.codeBits()).isEqualTo(17);
    }
  }

  @Test
  void scalesOfFixedBiases() {
    FloatFormat format = Formats.OFP8_E4M3;
    for (ScaleMode mode : ScaleMode.values()) {
      FloatQuantizer quantizer =
          Quantizers.minifloat(format, 100, BiasPolicy.SATURATE, mode, ConversionMode.DEFAULT);
      float expected =
          switch (mode) {
            case REAL -> 100f / 448;
            case POWER_OF_TWO -> 0.25f;
            case NONE -> 1;
          };
      assertThat(quantizer.scale()).isEqualTo(expected);
      assertThat(quantizer.apply(1e9f)).isEqualTo(448 * expected);
    }
  }

  @Test
  void ieeeOverflowGivesInfinityOrNaN() {
    ConversionMode ieee = ConversionMode.DEFAULT.with(Overflow.IEEE);
    FloatQuantizer e5m2 = Quantizers.withBias(Formats.OFP8_E5M2, 15, ieee);
    assertThat(e5m2.apply(61439)).isEqualTo(57344);
    assertThat(e5m2.apply(-61440)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Quantizers.withBias(Formats.OFP8_E4M3, 7, ieee).apply(465)).isNaN();
    assertThatThrownBy(() -> Quantizers.withBias(E4M3, 7, ieee))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("not e4m3");
  }

  @Test
  void zeroRangesGiveZerosAndNaNStays() {
    for (BiasPolicy policy : BiasPolicy.values()) {
      FloatQuantizer quantizer = quantizer(E4M3, 0, policy);
      for (float x : new float[] {0, -0f, 1, -1e30f, Float.NEGATIVE_INFINITY}) {
        assertThat(Float.floatToRawIntBits(quantizer.apply(x))).isZero();
        assertThat(quantizer.encode(x)).isZero();
      }
      assertThat(quantizer.apply(Float.NaN)).isNaN();
    }
  }

  @Test
  void negativeNumbersThatRoundToZeroArePlusZero() {
    FloatQuantizer quantizer = quantizer(E4M3, 1, BiasPolicy.SATURATE);
    assertThat(Float.floatToRawIntBits(quantizer.apply(-1e-20f))).isZero();
    assertThat(Float.floatToRawIntBits(quantizer.apply(-0f))).isZero();
  }

  @Test
  void fixedPointIsEvenlySpaced() {
    FloatQuantizer quantizer = quantizer(FloatFormat.of(0, 3), 7f / 8, BiasPolicy.SATURATE);
    assertThat(quantizer.bias()).isEqualTo(1);
    for (int i = -7; i <= 7; i++) {
      assertThat(quantizer.apply(i / 8f)).isEqualTo(i / 8f);
      assertThat(quantizer.apply(i / 8f + 0.06f)).isEqualTo(i / 8f);
    }
  }

  @Test
  void symmetricIntegers() {
    IntegerQuantizer quantizer = Quantizers.symmetric(new IntegerFormat(8), -1.5f, 2.54f);
    assertThat(quantizer.scale()).isEqualTo(2.54f / 127);
    assertThat(quantizer.apply(9)).isEqualTo(127 * quantizer.scale());
    assertThat(quantizer.apply(-9)).isEqualTo(-128 * quantizer.scale());
    assertThat(quantizer.encode(-quantizer.scale())).isEqualTo(0xFF);
    assertThat(quantizer.integerOf(0xFF)).isEqualTo(-1);
    IntegerQuantizer unsigned = Quantizers.symmetric(new IntegerFormat(4), 0, 3);
    assertThat(unsigned.scale()).isEqualTo(3f / 15);
    assertThat(unsigned.integerOf(unsigned.encode(100))).isEqualTo(15);
    assertThat(Quantizers.symmetric(new IntegerFormat(8), 0, 0).apply(0)).isZero();
  }

  @Test
  void asymmetricIntegers() {
    IntegerQuantizer quantizer = Quantizers.asymmetric(new IntegerFormat(8), -1, 3);
    assertThat(quantizer.scale()).isEqualTo(4f / 255);
    assertThat(quantizer.zeroPoint()).isEqualTo(64);
    assertThat(quantizer.apply(0)).isZero();
    assertThat(quantizer.encode(-5)).isZero();
    assertThat(quantizer.encode(5)).isEqualTo(255);
    for (int code = 0; code < 256; code++) {
      assertThat(quantizer.encode(quantizer.decode(code))).isEqualTo(code);
    }
    assertThat(Quantizers.asymmetric(new IntegerFormat(8), 2, 3).zeroPoint()).isZero();
  }

  @Test
  void specialInputsOfIntegers() {
    IntegerQuantizer quantizer = Quantizers.asymmetric(new IntegerFormat(8), -1, 3);
    assertThat(quantizer.apply(Float.NaN)).isNaN();
    assertThat(quantizer.encode(Float.POSITIVE_INFINITY)).isEqualTo(255);
    assertThat(quantizer.encode(Float.NEGATIVE_INFINITY)).isZero();
  }
}
