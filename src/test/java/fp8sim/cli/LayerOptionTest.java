package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.ExitCode;
import fp8sim.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --layer}: multipliers and formats of single layers. */
class LayerOptionTest {
  private static final String MODEL = "fashion-resnet";
  private static final String FIRST = "/f/f.0/f.0.0/Conv";

  @TempDir Path folder;

  private JsonObject result(Object... words) {
    Path json = folder.resolve("result.json");
    List<Object> all = new ArrayList<>(List.of(words));
    if (!all.contains("--format")) {
      all.addAll(List.of("--format", "e3m4"));
    }
    all.addAll(List.of("--model", MODEL, "--json", json));
    Cli run = Cli.run(all.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    return JsonFile.read(json);
  }

  private JsonElement loss(String... options) {
    List<Object> words = new ArrayList<>(List.of("eval", "--limit", "8", "--threads", "1"));
    words.addAll(List.of("--calibration-batches", "1", "--calibration-batch-size", "8"));
    words.addAll(List.of(options));
    return result(words.toArray()).get("loss");
  }

  private Map<String, JsonObject> layers(Object... options) {
    List<Object> words = new ArrayList<>(List.of("inspect"));
    words.addAll(List.of(options));
    Map<String, JsonObject> layers = new LinkedHashMap<>();
    for (JsonElement layer : result(words.toArray()).getAsJsonArray("layers")) {
      if (layer.getAsJsonObject().has("multiplier")) {
        layers.put(layer.getAsJsonObject().get("name").getAsString(), layer.getAsJsonObject());
      }
    }
    return layers;
  }

  private static List<String> formats(JsonObject layer) {
    return layer.getAsJsonArray("quantizers").asList().stream()
        .map(quantizer -> quantizer.getAsJsonObject().get("format").getAsString())
        .toList();
  }

  @Test
  void inspectShowsThem() {
    Map<String, JsonObject> layers =
        layers(
            "--multiplier",
            "adder",
            "--layer",
            "*b.0*:multiplier=lmul,format=e4m3",
            "--layer",
            "/fc/*:multiplier=exact,format=fp32");
    assertThat(layers).hasSize(10);
    layers.forEach(
        (name, layer) -> {
          boolean last = name.equals("/fc/Gemm");
          boolean second = name.contains("b.0");
          assertThat(layer.get("multiplier").getAsString())
              .as(name)
              .isEqualTo(last ? "float32" : second ? "lmul" : "adder");
          assertThat(formats(layer))
              .as(name)
              .hasSize(last ? 0 : 3)
              .allMatch(format -> format.startsWith(second ? "e4m3" : "e3m4"));
        });
  }

  @Test
  void allLayersAreTheNetwork() {
    JsonElement adder = loss("--multiplier", "adder");
    JsonElement exact = loss();
    assertThat(adder).isNotEqualTo(exact);
    assertThat(loss("--layer", "*:multiplier=adder")).isEqualTo(adder);
    assertThat(loss("--multiplier", "adder", "--layer", "*:multiplier=exact")).isEqualTo(exact);
    assertThat(loss("--layer", FIRST + ":multiplier=adder")).isNotIn(adder, exact);
    assertThat(loss("--layer", "*:format=int8")).isEqualTo(loss("--format", "int8"));
  }

  @Test
  void mistakesAreOneLine() {
    String[][] wrong = {
      {"conv9*:multiplier=adder", "conv9*"},
      {"*:multiplier=ader", "unknown multiplier 'ader'"},
      {"*:multiplyer=adder", "write PATTERN:key=value"},
      {"*:round-products=yes", "'yes' is neither true nor false"},
    };
    for (String[] words : wrong) {
      Cli.run("eval", "--model", MODEL, "--format", "e3m4", "--limit", "8", "--layer", words[0])
          .refuses(ExitCode.USAGE, words[1]);
    }
  }
}
