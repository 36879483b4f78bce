package fp8sim.kernel.tornado.lower;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizers;
import fp8sim.format.Rounding;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps are the quantizer, for every number. */
class QuantizerStepsTest {
  private static final int RANDOM_NUMBERS = 100_000;

  @ParameterizedTest
  @ValueSource(strings = {"e4m3", "e3m4", "e2m5", "e5m2", "e5m10", "ofp8-e4m3", "e4m3fnuz"})
  void stepsGiveTheValuesOfTheQuantizer(String format) {
    for (BiasPolicy policy : BiasPolicy.values()) {
      for (Rounding rounding :
          new Rounding[] {Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY, Rounding.TOWARD_ZERO}) {
        for (Overflow overflow : overflows(format)) {
          ConversionMode conversion =
              new ConversionMode(rounding, overflow, ConversionMode.DEFAULT.subnormals());
          check(
              Quantizers.minifloat(
                  (FloatFormat) Formats.parse(format), 2.7f, policy, ScaleMode.REAL, conversion));
        }
      }
    }
  }

  private static List<Overflow> overflows(String format) {
    boolean hasNan = format.startsWith("ofp8") || format.endsWith("fnuz");
    return hasNan ? List.of(Overflow.SATURATE, Overflow.IEEE) : List.of(Overflow.SATURATE);
  }

  private static void check(ScalarQuantizer quantizer) {
    QuantizerSteps steps = QuantizerSteps.of(quantizer);
    float[] padded = steps.padded();
    for (int i = 0; i < steps.thresholds().size(); i++) {
      float at = steps.thresholds().get(i);
      check(quantizer, steps, padded, at);
      check(quantizer, steps, padded, Math.nextDown(at));
      check(quantizer, steps, padded, Math.nextUp(at));
    }
    Random random = new Random(1);
    for (int i = 0; i < RANDOM_NUMBERS; i++) {
      check(quantizer, steps, padded, Float.intBitsToFloat(random.nextInt()));
    }
  }

  private static void check(
      ScalarQuantizer quantizer, QuantizerSteps steps, float[] padded, float x) {
    if (Float.isNaN(x)) {
      return;
    }
    int index = 0;
    for (int step = steps.half(); step > 0; step /= 2) {
      index += x >= padded[index + step - 1] ? step : 0;
    }
    float value = padded[2 * steps.half() + index];
    if (Float.floatToIntBits(value) != Float.floatToIntBits(quantizer.apply(x))) {
      assertThat(value).as(quantizer + " of " + x).isEqualTo(quantizer.apply(x));
    }
  }
}
