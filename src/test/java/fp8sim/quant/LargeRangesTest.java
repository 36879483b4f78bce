package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Quantizers;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges up to the largest float32 number are ranges, and their quantizers give finite numbers. */
class LargeRangesTest {
  private static final float MAX = Float.MAX_VALUE;

  @Test
  void theWidthOfARangeMayBeAboveTheLargestNumber() {
    ValueRange range = ValueRange.of(-MAX, MAX);
    assertThat(range.maxval()).isEqualTo(MAX);
    assertThat(ValueRange.of(-1, 2).union(range)).isEqualTo(range);
    assertThatThrownBy(() -> new ValueRange(0, Float.POSITIVE_INFINITY, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ValueRange(0, 1, Float.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ValueRange(2, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(floats = {1e38f, 1.5e38f, 3e38f, 3.3e38f, MAX})
  void quantizersOfLargeRangesAreFiniteAndNear(float maxval) {
    for (ScalarQuantizer quantizer : quantizers(maxval)) {
      for (float x : new float[] {-MAX, -maxval, -maxval / 2, 0, maxval / 3, maxval, MAX}) {
        float actual = quantizer.apply(x);
        assertThat(actual).as("%s of %s", x, quantizer).isFinite();
        double limited = Math.clamp((double) x, -maxval, maxval);
        assertThat((double) actual / maxval)
            .as("%s of %s", x, quantizer)
            .isCloseTo(limited / maxval, within(0.3));
      }
    }
  }

  private static List<ScalarQuantizer> quantizers(float maxval) {
    List<ScalarQuantizer> all = new ArrayList<>();
    for (String name : List.of("e4m3", "e3m4", "e5m2", "ofp8-e4m3", "ofp8-e5m2", "e5m2fnuz")) {
      FloatFormat format = (FloatFormat) Formats.parse(name);
      for (BiasPolicy policy : BiasPolicy.values()) {
        all.add(
            Quantizers.minifloat(format, maxval, policy, ScaleMode.REAL, ConversionMode.DEFAULT));
      }
    }
    IntegerFormat int8 = (IntegerFormat) Formats.parse("int8");
    all.add(Quantizers.symmetric(int8, -maxval, maxval));
    all.add(Quantizers.asymmetric(int8, -maxval, maxval));
    return all;
  }

  @Test
  void scalesThatArePowersOfTwoStayBelowInfinity() {
    FloatFormat format = (FloatFormat) Formats.parse("ofp8-e4m3");
    ScalarQuantizer quantizer =
        Quantizers.minifloat(
            format, MAX, BiasPolicy.SATURATE, ScaleMode.POWER_OF_TWO, ConversionMode.DEFAULT);
    assertThat(quantizer.apply(MAX)).isFinite().isGreaterThan(MAX / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minmax", "allminmax", "running:0.9", "percentile:100", "mse"})
  void estimatorsFindThem(String method) {
    RangeEstimator estimator =
        RangeMethod.parse(method)
            .estimator(
                range ->
                    Quantizers.minifloat(
                        (FloatFormat) Formats.parse("e4m3"),
                        range.maxval(),
                        BiasPolicy.REAL,
                        ScaleMode.REAL,
                        ConversionMode.DEFAULT),
                Workers.CALLER);
    Tensor values = Tensor.ofFloats(Shape.of(4), -3.2e38f, 1, 2, 3.1e38f);
    estimator.update(values.data());
    estimator.update(values.data());
    ValueRange range = estimator.range();
    assertThat(range.maxval()).isBetween(2e38f, MAX);
    if (!method.equals("mse")) {
      assertThat(range.min()).isCloseTo(-3.2e38f, within(1e33f));
      assertThat(range.max()).isCloseTo(3.1e38f, within(1e33f));
    }
  }
}
