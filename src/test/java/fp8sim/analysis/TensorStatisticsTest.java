package fp8sim.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.Conversion;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Quantizer;
import fp8sim.format.Quantizers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Statistics of quantizers, counted by hand. */
class TensorStatisticsTest {
  private static TensorStatistics of(Quantizer quantizer, float... before) {
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
    Quantizer quantizer = Quantizers.withBias(FloatFormat.of(2, 1), 1, Conversion.DEFAULT);
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
    Quantizer quantizer = Quantizers.symmetric(new IntegerFormat(4), -7, 7);
    TensorStatistics statistics = of(quantizer, -9, -8, 0.25f, 7.25f, 8);
    assertThat(statistics.saturated()).isEqualTo(2.0 / 5);
    assertThat(statistics.subnormal()).isZero();
    assertThat(statistics.zero()).isEqualTo(1.0 / 5);
  }

  @Test
  void exactValuesHaveNoNoise() {
    Quantizer quantizer = Quantizers.withBias(FloatFormat.of(2, 1), 1, Conversion.DEFAULT);
    assertThat(of(quantizer, 1, 6, -4).sqnr()).isEqualTo(Double.POSITIVE_INFINITY);
  }
}
