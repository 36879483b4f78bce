package fp8sim.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Calibrator;
import fp8sim.engine.Network;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.quant.CalibratedRange;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized networks give the logits and the ranges of the study that fp8sim re-creates. */
class StudyModelsTest {
  private static final int CALIBRATION_BATCH = 8;

  static Stream<Arguments> configurations() {
    return StudyModels.configurations().stream()
        .filter(StudyModelsTest::isExact)
        .map(entry -> Arguments.of(model(entry), name(entry), entry));
  }

  private static boolean isExact(JsonObject entry) {
    JsonObject config = entry.getAsJsonObject("config");
    return !config.get("approximate").getAsBoolean()
        && !config.get("round_product_and_sum").getAsBoolean();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("configurations")
  void logitsAndRangesAreThoseOfTheStudy(String model, String name, JsonObject entry) {
    Blueprint blueprint =
        Blueprint.of(
            OnnxModel.read(StudyModels.file(model + ".onnx")),
            NumericsParser.parse(options(entry.getAsJsonObject("config"))),
            Backends.choose("cpu"),
            2);
    try (Network network = calibrated(blueprint).open()) {
      Map<String, Tensor> outputs = network.run(Map.of("input", StudyModels.tensor("input.npy")));
      float[] logits = outputs.get("logits").toFloats();
      float[] expected = StudyModels.tensor(entry.get("logits").getAsString()).toFloats();
      double limit = name.startsWith("int8") ? 2e-2 : 1e-4;
      assertThat(relativeError(logits, expected)).isLessThan(limit);
      if (entry.has("quantizers")) {
        assertRanges(entry.getAsJsonArray("quantizers"), network.blueprint().ranges().byName());
      }
    }
  }

  static Map<String, List<String>> options(JsonObject config) {
    boolean integer = config.get("method").getAsString().equals("int8");
    boolean mse = config.get("range").getAsString().equals("mse");
    String format =
        integer
            ? "int8"
            : "e" + config.get("exponent_bits") + "m" + config.get("mantissa_bits").getAsInt();
    boolean atInput = config.get("quantize_input").getAsBoolean();
    Map<String, List<String>> options = new LinkedHashMap<>();
    options.put("format", List.of(format));
    options.put("preset", List.of("study"));
    if (!atInput) {
      options.put("quantize", List.of("output"));
    }
    if (mse) {
      options.put("weight-range", List.of("mse"));
      options.put("activation-range", List.of("mse"));
    }
    if (config.get("result_quantizer").getAsBoolean()) {
      options.put("result-quantizer", List.of("true"));
    }
    return options;
  }

  static Blueprint calibrated(Blueprint network) {
    Tensor all = StudyModels.tensor("calibration.npy");
    Shape batch = all.shape().with(0, CALIBRATION_BATCH);
    long bytes = (long) batch.elements() * Float.BYTES;
    List<Map<String, Tensor>> batches = new ArrayList<>();
    for (long at = 0; at < all.data().byteSize(); at += bytes) {
      Tensor part = new Tensor(DataType.FLOAT, batch, all.data().asSlice(at, bytes));
      batches.add(Map.of("input", part));
    }
    return Calibrator.calibrated(network, batches);
  }

  static double relativeError(float[] actual, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - (double) expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  /** The study lists quantizers it does not use with the range of the format at bias 0. */
  private static void assertRanges(JsonArray expected, Map<String, CalibratedRange> actual) {
    List<float[]> used = new ArrayList<>();
    for (JsonElement element : expected) {
      JsonArray maxvals = element.getAsJsonObject().getAsJsonArray("maxval");
      float[] values = new float[maxvals.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = maxvals.get(i).getAsFloat();
      }
      if (values.length != 1 || values[0] != StudyModels.UNUSED_RANGE) {
        used.add(values);
      }
    }
    List<float[]> found = new ArrayList<>();
    for (CalibratedRange range : actual.values()) {
      float[] values = new float[range.ranges().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = range.ranges().get(i).maxval();
      }
      found.add(values);
    }
    assertThat(found).hasSameSizeAs(used);
    for (float[] values : used) {
      assertThat(found).anyMatch(other -> areClose(other, values));
      found.remove(found.stream().filter(other -> areClose(other, values)).findFirst().get());
    }
  }

  private static boolean areClose(float[] a, float[] b) {
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      if (a.length != b.length || Math.abs(a[i] - b[i]) > 1e-6 * Math.abs(b[i])) {
        return false;
      }
    }
    return true;
  }

  private static String model(JsonObject entry) {
    return entry.get("model").getAsString();
  }

  private static String name(JsonObject entry) {
    return entry.getAsJsonObject("config").get("name").getAsString();
  }
}
