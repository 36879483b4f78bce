package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizers;
import fp8sim.format.Rounding;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import fp8sim.format.Subnormals;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridErrorsTest {
  private static final float[] RANGES = {1e-30f, 0.03f, 0.7f, 2.1f, 900f};

  @ParameterizedTest
  @ValueSource(strings = {"e4m3", "e2m5", "e0m5", "e3m4:normal-only", "ofp8-e5m2", "e8m7"})
  void minifloatsGiveTheSumOfEveryElement(String name) {
    FloatFormat format = (FloatFormat) Formats.parse(name);
    for (BiasPolicy policy : BiasPolicy.values()) {
      for (Rounding rounding : new Rounding[] {Rounding.NEAREST_EVEN, Rounding.TOWARD_ZERO}) {
        for (Subnormals subnormals : Subnormals.values()) {
          ConversionMode conversion = new ConversionMode(rounding, Overflow.SATURATE, subnormals);
          for (float maxval : RANGES) {
            check(Quantizers.minifloat(format, maxval, policy, ScaleMode.REAL, conversion));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "int4", "int2"})
  void integersGiveTheSumOfEveryElement(String name) {
    IntegerFormat format = (IntegerFormat) Formats.parse(name);
    for (float maxval : RANGES) {
      check(Quantizers.symmetric(format, -maxval, maxval));
      check(Quantizers.asymmetric(format, -0.3f * maxval, maxval));
    }
  }

  private static void check(ScalarQuantizer quantizer) {
    float[] values = values(quantizer);
    double sum = 0;
    for (float x : values) {
      if (Float.isFinite(x)) {
        double difference = quantizer.apply(x) - (double) x;
        sum += difference * difference;
      }
    }
    assertThat(GridErrors.sum(quantizer, MemorySegment.ofArray(values)))
        .as(quantizer.toString())
        .isEqualTo(sum);
  }

  /** Specials, random numbers, grid values, and midpoints with a neighbour. */
  private static float[] values(ScalarQuantizer quantizer) {
    Random random = new Random(3);
    float[] values = new float[3000];
    values[0] = Float.NaN;
    values[1] = Float.NEGATIVE_INFINITY;
    values[2] = -0f;
    for (int i = 3; i < values.length; i += 3) {
      int code = random.nextInt((1 << quantizer.codeBits()) - 1);
      float middle = (float) ((quantizer.decode(code) + (double) quantizer.decode(code + 1)) / 2);
      values[i] = (float) random.nextGaussian();
      values[i + 1] = quantizer.decode(code);
      values[i + 2] = random.nextBoolean() ? middle : Math.nextUp(middle);
    }
    return values;
  }
}
