package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizers;
import fp8sim.format.Rounding;
import fp8sim.format.ScaleMode;
import fp8sim.format.Subnormals;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketErrorsTest {
  private static final Rounding[] DETERMINISTIC = {
    Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY, Rounding.TOWARD_ZERO
  };

  @ParameterizedTest
  @ValueSource(strings = {"e4m3", "e3m4", "e2m5", "e5m2", "e3m4:normal-only", "e1m6", "e0m5"})
  void errorSumsEqualThoseOfEveryElement(String name) {
    FloatFormat format = (FloatFormat) Formats.parse(name);
    float[] values = values(format);
    BucketErrors buckets = BucketErrors.of(MemorySegment.ofArray(values));
    for (BiasPolicy policy : new BiasPolicy[] {BiasPolicy.SATURATE, BiasPolicy.STUDY}) {
      for (Rounding rounding : DETERMINISTIC) {
        for (Subnormals subnormals : Subnormals.values()) {
          ConversionMode conversion = new ConversionMode(rounding, Overflow.SATURATE, subnormals);
          for (float maxval : new float[] {0.03f, 0.7f, 1.9f, 2.1f, 900f}) {
            FloatQuantizer quantizer =
                Quantizers.minifloat(format, maxval, policy, ScaleMode.REAL, conversion);
            assertThat(buckets.areExactFor(quantizer)).isTrue();
            double direct = direct(quantizer, values);
            assertThat(buckets.sum(quantizer)).isCloseTo(direct, within(1e-12 * (1 + direct)));
          }
        }
      }
    }
  }

  /** Random numbers, every grid value, every midpoint and its two neighbours. */
  private static float[] values(FloatFormat format) {
    Random random = new Random(5);
    int codes = 1 << format.magnitudeBits();
    float[] values = new float[2000 + 4 * codes];
    for (int i = 0; i < 2000; i++) {
      values[i] = (float) random.nextGaussian();
    }
    int bias = format.standardBias();
    for (int i = 0; i < codes; i++) {
      double below = format.magnitudeValue(i, bias);
      float middle = (float) ((below + format.magnitudeValue(i + 1, bias)) / 2);
      values[2000 + 4 * i] = (float) -below;
      values[2001 + 4 * i] = middle;
      values[2002 + 4 * i] = -Math.nextUp(middle);
      values[2003 + 4 * i] = Math.nextDown(middle);
    }
    return values;
  }

  private static double direct(FloatQuantizer quantizer, float[] values) {
    double sum = 0;
    for (float x : values) {
      double difference = quantizer.apply(x) - (double) x;
      sum += difference * difference;
    }
    return sum;
  }
}
