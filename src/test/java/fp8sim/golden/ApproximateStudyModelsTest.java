package fp8sim.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Network;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks with approximate and rounded products give the logits of the study. */
class ApproximateStudyModelsTest {
  private static final double LIMIT = 1e-4;

  static Stream<Arguments> configurations() {
    return StudyModels.configurations().stream()
        .map(entry -> Arguments.of(entry.getAsJsonObject("config"), entry))
        .filter(arguments -> isRounded(config(arguments)) || isApproximate(config(arguments)))
        .map(
            arguments ->
                Arguments.of(
                    ((JsonObject) arguments.get()[1]).get("model").getAsString(),
                    config(arguments).get("name").getAsString(),
                    arguments.get()[1]));
  }

  private static JsonObject config(Arguments arguments) {
    return (JsonObject) arguments.get()[0];
  }

  private static boolean isRounded(JsonObject config) {
    return config.get("round_product_and_sum").getAsBoolean();
  }

  private static boolean isApproximate(JsonObject config) {
    return config.get("approximate").getAsBoolean();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("configurations")
  void logitsAreThoseOfTheStudy(String model, String name, JsonObject entry) {
    JsonObject config = entry.getAsJsonObject("config");
    Map<String, List<String>> options = new LinkedHashMap<>(StudyModelsTest.options(config));
    if (isRounded(config)) {
      options.put("round-product-and-sum", List.of("true"));
    } else {
      options.put("multiplier", List.of(multiplier(config)));
      if (config.get("round_products").getAsBoolean()) {
        options.put("round-products", List.of("true"));
      }
    }
    Blueprint blueprint =
        Blueprint.of(
            OnnxModel.read(StudyModels.file(model + ".onnx")),
            NumericsParser.parse(options),
            Backends.choose("cpu"),
            2);
    try (Network network = StudyModelsTest.calibrated(blueprint).open()) {
      Map<String, Tensor> outputs = network.run(Map.of("input", StudyModels.tensor("input.npy")));
      float[] logits = outputs.get("logits").toFloats();
      float[] expected = StudyModels.tensor(entry.get("logits").getAsString()).toFloats();
      assertThat(StudyModelsTest.relativeError(logits, expected)).isLessThan(LIMIT);
    }
  }

  private static String multiplier(JsonObject config) {
    return "study:compensation=%s,normalize-subnormals=%s"
        .formatted(
            config.get("compensation").getAsBoolean()
                ? config.get("compensation_bits").getAsString()
                : "none",
            config.get("normalize_subnormals").getAsBoolean());
  }
}
