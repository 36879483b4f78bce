package fp8sim.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Quantizers;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import fp8sim.quant.ValueRange;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Statistics of quantizers, counted by hand. */
class TensorStatisticsTest {
  private static TensorStatistics of(ScalarQuantizer quantizer, float... before) {
    float[] after = new float[before.length];
    for (int i = 0; i < before.length; i++) {
      after[i] = quantizer.apply(before[i]);
    }
    TensorStatistics statistics = new TensorStatistics();
    statistics.add(before, after, quantizer);
    return statistics;
  }

  @Test
  void countsWhatAMinifloatCannotHold() {
    // 0, 0.5 (subnormal), 1, 1.5, 2, 3, 4, 6
    ScalarQuantizer quantizer =
        Quantizers.withBias(FloatFormat.of(2, 1), 1, ConversionMode.DEFAULT);
    TensorStatistics statistics = of(quantizer, 7, 0.5f, 0.125f, 2.25f, -3, 0);
    assertThat(statistics.saturated()).isEqualTo(1.0 / 6);
    assertThat(statistics.subnormal()).isEqualTo(1.0 / 6);
    assertThat(statistics.zero()).isEqualTo(2.0 / 6);
    assertThat(statistics.exponents()).isEqualTo(Map.of(2, 1L, -1, 1L, -3, 1L, 1, 2L));
    double signal = 49 + 0.25 + 1 / 64.0 + 81 / 16.0 + 9;
    double noise = 1 + 1 / 64.0 + 1 / 16.0;
    assertThat(statistics.sqnr()).isCloseTo(10 * Math.log10(signal / noise), within(1e-12));
  }

  @Test
  void countsWhatIntegersCannotHold() {
    // Steps of 1 from -8 to 7.
    ScalarQuantizer quantizer = Quantizers.symmetric(new IntegerFormat(4), -7, 7);
    TensorStatistics statistics = of(quantizer, -9, -8, 0.25f, 7.25f, 8);
    assertThat(statistics.saturated()).isEqualTo(2.0 / 5);
    assertThat(statistics.subnormal()).isZero();
    assertThat(statistics.zero()).isEqualTo(1.0 / 5);
  }

  @Test
  void exactValuesHaveNoNoise() {
    ScalarQuantizer quantizer =
        Quantizers.withBias(FloatFormat.of(2, 1), 1, ConversionMode.DEFAULT);
    assertThat(of(quantizer, 1, 6, -4).sqnr()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void whatIsRoundedIsNotClipped() {
    // 0, 0.5, 1, 1.5, 2, 3, 4, 6: 7 is as near to 6 as a number between two codes may be.
    ScalarQuantizer quantizer =
        Quantizers.withBias(FloatFormat.of(2, 1), 1, ConversionMode.DEFAULT);
    assertThat(of(quantizer, 7, -7, 6, 0).clipped()).isZero();
    TensorStatistics beyond = of(quantizer, 7.5f, -9, 8, 0);
    assertThat(beyond.clipped()).isEqualTo(3.0 / 4);
    assertThat(beyond.worst()).isEqualTo(new Clipped(-9, -6));
    // 1.5, 3, 2 and 0.5 squared; the last error is that of rounding.
    assertThat(of(quantizer, 7.5f, -9, 8, 4.5f).clippedNoise()).isEqualTo(15.25 / 15.5);
    // Steps of 1 from -8 to 7.
    ScalarQuantizer integers = Quantizers.symmetric(new IntegerFormat(4), -7, 7);
    assertThat(of(integers, 7.5f, -8.5f).clipped()).isZero();
    assertThat(of(integers, 8, -9).clipped()).isEqualTo(1);
  }

  @Test
  void aRangeThatTheBiasDoesNotReachIsClipped() {
    FloatFormat format = FloatFormat.of(2, 1);
    for (BiasPolicy policy : BiasPolicy.values()) {
      ScalarQuantizer quantizer =
          Quantizers.minifloat(format, 8, policy, ScaleMode.REAL, ConversionMode.DEFAULT);
      Clipped clipped = QuantizerLimits.of(quantizer).clipped(ValueRange.of(-3, 8));
      // The nearest bias has 6 as the largest value, the next 12.
      assertThat(clipped)
          .as(policy.toString())
          .isEqualTo(policy == BiasPolicy.SATURATE ? new Clipped(8, 6) : Clipped.NONE);
    }
  }

  @Test
  void aMaskedScoreThatStaysIsNotClipped() {
    ScalarQuantizer quantizer =
        Quantizers.withBias(FloatFormat.of(2, 1), 1, ConversionMode.DEFAULT);
    TensorStatistics statistics = new TensorStatistics();
    statistics.add(new float[] {-1e9f, 8}, new float[] {-1e9f, 6}, quantizer);
    assertThat(statistics.clipped()).isEqualTo(0.5);
    assertThat(statistics.worst()).isEqualTo(new Clipped(8, 6));
  }
}
