package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Quantizers;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeMethodTest {
  @ParameterizedTest
  @ValueSource(strings = {"minmax", "allminmax", "running:0.9", "mse", "percentile:99.9"})
  void textsReadBack(String text) {
    assertThat(RangeMethod.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"max", "minmax:1", "running:2", "percentile:x", "percentile:NaN", ""})
  void wrongTextsAreRefusedInOneLine(String text) {
    assertThatThrownBy(() -> RangeMethod.parse(text))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageNotContaining("\n");
  }

  @Test
  void minMaxIsThatOfTheLastBatchAndAllMinMaxOfAll() {
    assertThat(rangeOf("minmax", batch(-3, 5), batch(-1, 2))).isEqualTo(ValueRange.of(-1, 2));
    assertThat(rangeOf("allminmax", batch(-3, 1), batch(-1, 2))).isEqualTo(ValueRange.of(-3, 2));
  }

  @Test
  void runningAverageKeepsTheOldShare() {
    assertThat(rangeOf("running:0.75", batch(-4, 8), batch(0, 4))).isEqualTo(ValueRange.of(-3, 7));
  }

  @Test
  void nanAndInfinitiesDoNotCount() {
    float[] batch = batch(Float.NaN, 2, Float.NEGATIVE_INFINITY, -1, Float.POSITIVE_INFINITY);
    for (String method : new String[] {"allminmax", "percentile:100"}) {
      assertThat(rangeOf(method, batch)).isEqualTo(ValueRange.of(-1, 2));
    }
  }

  @Test
  void nothingAndZerosHaveRangeZero() {
    for (String method : new String[] {"minmax", "running", "mse", "percentile"}) {
      assertThat(rangeOf(method)).isEqualTo(ValueRange.of(0, 0));
      assertThat(rangeOf(method, new float[100]).maxval()).isZero();
    }
  }

  @Test
  void percentilesInterpolateBetweenOrderStatistics() {
    Random random = new Random(3);
    float[] values = new float[10_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double rank = 0.999 * 10_000;
    assertThat(rangeOf("percentile:99.9", values).max()).isEqualTo(sorted[(int) rank]);
    float between = (float) (sorted[9999] + 0.5 * ((double) sorted[10_000] - sorted[9999]));
    assertThat(rangeOf("percentile:99.995", values).max()).isEqualTo(between);
  }

  @Test
  void mseChoosesTheFirstOfTheBestCandidates() {
    Random random = new Random(7);
    float[] values = new float[3000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    ValueRange found = rangeOf("mse", values);
    float largest = MinMax.of(MemorySegment.ofArray(values)).maxval();
    float[] candidates = MseEstimator.evenlySpaced(0.1f * largest, 1.2f * largest);
    double least = Double.POSITIVE_INFINITY;
    float best = 0;
    for (float candidate : candidates) {
      ScalarQuantizer quantizer = e3m4(ValueRange.of(-candidate, candidate));
      double sum = 0;
      for (float x : values) {
        double difference = quantizer.apply(x) - (double) x;
        sum += difference * difference;
      }
      if (sum < least) {
        least = sum;
        best = candidate;
      }
    }
    assertThat(found.maxval()).isEqualTo(best);
  }

  private static ValueRange rangeOf(String method, float[]... batches) {
    RangeEstimator estimator =
        RangeMethod.parse(method).estimator(RangeMethodTest::e3m4, Workers.CALLER);
    for (float[] batch : batches) {
      estimator.update(MemorySegment.ofArray(batch));
    }
    return estimator.range();
  }

  private static ScalarQuantizer e3m4(ValueRange range) {
    return Quantizers.minifloat(
        FloatFormat.of(3, 4),
        range.maxval(),
        BiasPolicy.STUDY,
        ScaleMode.REAL,
        ConversionMode.DEFAULT);
  }

  private static float[] batch(float... values) {
    return values;
  }
}
