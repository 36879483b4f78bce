package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
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

  private static Cli inspect(String model, String options, String layer) {
    List<String> words = new ArrayList<>(List.of("inspect", "--model", model, "--layer", layer));
    words.addAll(List.of(options.split(" ")));
    return Cli.run(words.toArray());
  }

  /** Model, options, exception, and the reason why it cannot do anything. */
  @Test
  void whatActsOnNothingIsRefused() {
    String[][] refused = {
      {MODEL, "--format e4m3", "/p/*:activations=e5m2", "passes values (--pooling pass)"},
      {MODEL, "--format e4m3", "/p/*:activation-range=mse", "passes values (--pooling pass)"},
      {MODEL, "--format e4m3 --pooling previous", "/p/*:format=e5m2", "uses the quantizer before"},
      {MODEL, "--format e4m3 --pooling previous", "/p/*:quantize=output", "the quantizer before"},
      {MODEL, "--format e4m3", "*Add:quantize=output", "only layers with a constant weight"},
      {MODEL, "--format e4m3", "*Add:weights=e5m2", "it has no constant weight"},
      {MODEL, "--format e4m3", "*Add:weight-range=mse", "it has no constant weight"},
      {MODEL, "--format e4m3", "*Add:result-bias=3", "it multiplies nothing"},
      {MODEL, "--format e4m3", "*Add:accumulator=exact", "it multiplies nothing"},
      {MODEL, "--format e4m3", "*Add:multiplier=adder", "it multiplies nothing"},
      {MODEL, "--format e4m3", "*Add:round-products=true", "it multiplies nothing"},
      {
        MODEL,
        "--format e4m3 --preset lsq-paper",
        "*Add:format=e5m2",
        "inputs of weight layers only"
      },
      {MODEL, "--format e4m3", "*Relu:activations=e5m2", "it has no quantizer"},
      {MODEL, "--format e4m3", "*BatchNormalization:format=e5m2", "--batch-norm fold"},
      {MODEL, "--format e4m3", "*Conv:result-bias=3", "--result-quantizer"},
      {MODEL, "--activations e4m3", "*:weight-range=mse", "its weight is float32"},
      {MODEL, "--weights e4m3", "*:activation-range=mse", "its activations are float32"},
      {MODEL, "--weights e4m3", "*:quantize=output", "its activations are float32"},
      {MODEL, "--format fp16", "*:weight-range=mse", "depends on a range"},
      {MODEL, "--format fp32", "*:multiplier=adder", "nothing is quantized"},
      {"fashion-vit", "--format e4m3", "*MatMul_1:format=e5m2", "--quantize-extra attention"},
      {"fashion-vit", "--format e4m3", "*LayerNormalization:format=e5m2", "extra layernorm"},
      {"fashion-vit", "--format e4m3", "*Mul_2:format=e5m2", "--quantize-extra gelu"},
      {"fashion-vit", "--format e4m3", "*MatMul_1:accumulator=exact", "are not quantized"},
      {
        "fashion-vit",
        "--format e4m3 --quantize-extra kv-cache",
        "*MatMul_1:accumulator=exact",
        "are not quantized"
      },
    };
    for (String[] words : refused) {
      String layer = words[2];
      String key = layer.substring(layer.indexOf(':') + 1, layer.indexOf('='));
      inspect(words[0], words[1], layer)
          .refuses(
              ExitCode.USAGE, "--layer " + layer + ": " + key + " has no effect on /", words[3]);
    }
    inspect(MODEL, "--format e4m3", "*Add:activations=e5m2,weights=e5m2")
        .refuses(ExitCode.USAGE, "weights has no effect on /f/f.1/Add (Add), /f/f.2/Add (Add)");
  }

  @Test
  void whatActsOnSomethingIsTaken() {
    String[][] taken = {
      {MODEL, "--format e4m3", "/p/*:quantize=output,activations=e5m2"},
      {MODEL, "--format e4m3 --quantize output", "/p/*:activations=e5m2,activation-range=mse"},
      {MODEL, "--format e4m3", "*Add:activations=e5m2,activation-range=mse"},
      {MODEL, "--format e4m3", "*Conv:format=fp32,multiplier=exact"},
      {MODEL, "--format e4m3 --result-quantizer", "*Conv:result-bias=3"},
      {MODEL, "--format e4m3", "*:weights=e5m2,weight-range=mse,quantize=output"},
      {MODEL, "--format fp32", "*Gemm:weights=e4m3,weight-range=mse"},
      {"fashion-vit", "--format e4m3", "*MatMul_1:multiplier=adder,result-bias=3,format=e3m4"},
      {"fashion-vit", "--format e4m3 --quantize-extra attention", "*MatMul_1:accumulator=exact"},
      {"fashion-vit", "--format e4m3 --quantize-extra softmax", "*MatMul_1:activations=e5m2"},
      {"fashion-vit", "--format e4m3 --quantize-extra kv-cache", "*MatMul_1:activations=int4"},
      {"fashion-vit", "--format e4m3 --quantize-extra gelu", "*Mul_2:activation-range=mse"},
    };
    for (String[] words : taken) {
      Cli run = inspect(words[0], words[1], words[2]);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    }
  }

  @Test
  void onlyWhatTheUserWroteIsRefused() {
    // With one layer alone in a format, the exception for another finds its weight in float32.
    Cli run =
        Cli.run(
            (Object[])
                ("analyze --model fashion-resnet --format e4m3 --limit 2 --calibration-batches 1"
                        + " --calibration-batch-size 2 --layer /fc/Gemm:weight-range=mse")
                    .split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
  }

  @Test
  void inspectTellsTheFormatOfAnAddersResults() {
    Cli cli =
        Cli.run(
            "inspect", "--model", "fashion-resnet", "--format", "e3m4", "--multiplier", "adder");
    assertThat(cli.out()).contains("results of adder are e4m4, which has a code for every sum");
    Cli narrow =
        Cli.run(
            "inspect",
            "--model",
            "fashion-resnet",
            "--format",
            "e3m4",
            "--multiplier",
            "adder",
            "--result-format",
            "activations");
    assertThat(narrow.exitCode()).as(narrow.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(narrow.out()).doesNotContain("every sum");
  }
}
