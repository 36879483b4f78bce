package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.golden.GoldenCases;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFormatTest {
  static List<GoldenCases.Case> perTensor() {
    return GoldenCases.ofKind("fake_quantize");
  }

  static List<GoldenCases.Case> perChannel() {
    return GoldenCases.ofKind("fake_quantize_per_channel");
  }

  static List<GoldenCases.Case> splits() {
    return GoldenCases.ofKind("round_to_minifloat");
  }

  @ParameterizedTest
  @MethodSource({"perTensor", "perChannel"})
  void fakeQuantizeEqualsTheStudy(GoldenCases.Case golden) {
    float[] maxval = golden.numbers("maxval");
    float[] x = golden.floats("x");
    float[] expected = golden.floats("expect");
    float[] bias = golden.floats("bias");
    int channelSize = x.length / maxval.length;
    for (int channel = 0; channel < maxval.length; channel++) {
      FloatQuantizer quantizer = studyQuantizer(golden, maxval[channel]);
      assertThat((float) quantizer.bias()).isEqualTo(bias[channel]);
      for (int i = channel * channelSize; i < (channel + 1) * channelSize; i++) {
        assertSameValue(quantizer.apply(x[i]), expected[i], x[i]);
      }
    }
  }

  private static FloatQuantizer studyQuantizer(GoldenCases.Case golden, float maxval) {
    int mantissaBits = golden.integer("mantissa_bits");
    FloatFormat signed = FloatFormat.of(golden.integer("n_bits") - 1 - mantissaBits, mantissaBits);
    FloatFormat format = golden.integer("sign_bits") == 1 ? signed : signed.unsigned();
    return Quantizers.minifloat(
        format, maxval, BiasPolicy.STUDY, ScaleMode.REAL, ConversionMode.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("splits")
  void splitEqualsTheStudy(GoldenCases.Case golden) {
    FloatFormat format =
        FloatFormat.of(golden.integer("exponent_bits"), golden.integer("mantissa_bits"));
    float[] x = golden.floats("x");
    float[] expected = golden.floats("expect");
    boolean extend = !golden.flag("clip_overflow");
    for (int i = 0; i < x.length; i++) {
      double value = RoundWithoutCarry.round(x[i], format, golden.integer("bias"), extend);
      assertSameValue((float) value, expected[i], x[i]);
    }
  }

  /** Adding +0 makes -0 equal to +0 and leaves everything else as it is. */
  private static void assertSameValue(float actual, float expected, float input) {
    assertThat(actual + 0f).as("of %s", input).isEqualTo(expected + 0f);
  }
}
