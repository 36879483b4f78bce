package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.npy.Npy;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on token ids, and on data without labels. */
class TokenCommandsTest {
  private static final List<String> SMALL = List.of("--limit", "3", "--threads", "2");
  private static final List<String> CALIBRATED =
      List.of("--calibration-batches", "1", "--calibration-batch-size", "4");

  @TempDir Path folder;

  private Cli call(String line, List<String> more) {
    List<Object> words = new ArrayList<>(List.of(line.split(" ")));
    words.addAll(more);
    words.addAll(List.of("--json", folder.resolve("result.json")));
    return Cli.run(words.toArray());
  }

  private JsonObject result(String line, List<String> more) {
    Cli run = call(line, more);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    return JsonFile.read(folder.resolve("result.json"));
  }

  @Test
  void evalOfALanguageModel() throws IOException {
    Path predictions = folder.resolve("p.csv");
    JsonObject json =
        result("eval --model austen-lm --predictions " + predictions + " --batch-size 2", SMALL);
    assertThat(json.get("images").getAsInt()).isEqualTo(3);
    // 128 tokens of the first window, 64 of each other.
    assertThat(json.get("tokens").getAsInt()).isEqualTo(256);
    double perplexity = json.get("perplexity").getAsDouble();
    assertThat(perplexity).isBetween(2.0, 5.0);
    assertThat(Math.log(perplexity)).isEqualTo(json.get("loss").getAsDouble());
    assertThat(json.getAsJsonArray("perplexityInterval95").get(0).getAsDouble())
        .isLessThan(perplexity);
    List<String> lines = Files.readAllLines(predictions);
    assertThat(lines).hasSize(1 + 256).first().isEqualTo("sample,token,label,prediction,output");
    assertThat(lines.get(1)).contains("next-character.npz (window 0),0,");
    assertThat(lines.getLast()).contains("(window 2),127,");
    long hits =
        lines.stream().skip(1).map(l -> l.split(",")).filter(c -> c[2].equals(c[3])).count();
    assertThat(json.get("top1").getAsDouble()).isEqualTo(hits / 256.0);
  }

  /** Samples run in the order of their lengths; what is written has the order of the data. */
  @Test
  void predictionsHaveTheOrderOfTheData() throws IOException {
    Path predictions = folder.resolve("p.csv");
    result("eval --model austen-classifier --limit 5 --predictions " + predictions, List.of());
    List<String> lines = Files.readAllLines(predictions);
    for (int i = 0; i < 5; i++) {
      assertThat(lines.get(1 + i)).contains("which-novel.jsonl.gz (sequence " + i + "),");
    }
  }

  @Test
  void rangesOfCalibrateAreThoseOfEval() {
    Path ranges = folder.resolve("ranges.json");
    String network = " --model austen-classifier --format e4m3 --quantize-extra attention";
    result("calibrate" + network + " --output " + ranges, CALIBRATED);
    JsonObject with = result("eval" + network + " --ranges " + ranges, SMALL);
    List<String> both = new ArrayList<>(SMALL);
    both.addAll(CALIBRATED);
    assertThat(with.get("loss")).isEqualTo(result("eval" + network, both).get("loss"));
  }

  @Test
  void sweepTellsPerplexity() throws IOException {
    Path plan = folder.resolve("plan.json");
    Files.writeString(
        plan,
        """
        {"schema": 1, "name": "lm",
         "base": {"model": "austen-lm", "limit": 2, "quantize-extra": "attention,kv-cache",
                  "calibration-batches": 1, "calibration-batch-size": 2},
         "axes": {"format": ["fp32", "e3m2"]}}
        """);
    Path output = folder.resolve("out");
    JsonObject json = result("sweep --plan " + plan + " --output " + output, List.of());
    JsonObject floating = scores(json, 0);
    JsonObject quantized = scores(json, 1);
    assertThat(quantized.get("float32Perplexity")).isEqualTo(floating.get("perplexity"));
    assertThat(quantized.get("perplexity")).isNotEqualTo(floating.get("perplexity"));
    List<String> table = Files.readAllLines(output.resolve("results.csv"));
    assertThat(table.getFirst())
        .contains(",tokens,perplexity,perplexityInterval95Low,perplexityInterval95High,top1,")
        .doesNotContain("cosine");
    assertThat(Files.readString(output.resolve("results.md"))).contains("| perplexity |");
  }

  private static JsonObject scores(JsonObject sweep, int point) {
    return sweep.getAsJsonArray("points").get(point).getAsJsonObject().getAsJsonObject("scores");
  }

  private Path unlabelled() throws IOException {
    Random random = new Random(3);
    Tensor pixels = Tensor.zeros(DataType.UINT8, Shape.of(6, 1, 28, 28));
    for (long i = 0; i < pixels.data().byteSize(); i++) {
      pixels.data().set(Tensor.BYTE, i, (byte) random.nextInt(256));
    }
    Npy.write(folder.resolve("pixels.npy"), pixels);
    return Files.writeString(
        folder.resolve("data.json"),
        """
        {"schema": 1, "name": "pixels", "layout": "npy", "images": "pixels.npy",
         "calibration": {"range": [0, 4]}}
        """);
  }

  @Test
  void evalWithoutLabelsComparesWithFloat32() throws IOException {
    String line = "eval --model fashion-resnet --threads 2 --data " + unlabelled();
    call(line, List.of())
        .refuses(ExitCode.INPUT, "dataset pixels has no labels", "--format e4m3", "\"labels\"");
    Cli run = call(line + " --format e3m2", CALIBRATED);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(run.out())
        .contains("(6 images)", "agreement ", "SQNR ", "cosine ")
        .doesNotContain("top-1", "loss");
    JsonObject json = JsonFile.read(folder.resolve("result.json"));
    assertThat(json.has("top1")).isFalse();
    assertThat(json.get("cosine").getAsDouble()).isBetween(0.8, 0.99999);
    assertThat(json.get("sqnr").getAsDouble()).isBetween(3.0, 50.0);
    assertThat(json.getAsJsonArray("agreementInterval95")).hasSize(2);
  }

  @Test
  void sweepAndAnalyzeWithoutLabels() throws IOException {
    Path plan = folder.resolve("plan.json");
    Files.writeString(
        plan,
        """
        {"schema": 1, "name": "p", "base": {"model": "fashion-resnet", "data": "%s"},
         "axes": {"format": ["e4m3"]}}
        """
            .formatted(unlabelled()));
    Path output = folder.resolve("out");
    JsonObject scores =
        scores(result("sweep --plan " + plan + " --output " + output, List.of()), 0);
    assertThat(scores.has("top1")).isFalse();
    assertThat(scores.get("agreement").getAsDouble()).isPositive();
    assertThat(scores.get("cosine").getAsDouble()).isGreaterThan(0.9);
    assertThat(Files.readAllLines(output.resolve("results.csv")).getFirst()).contains(",cosine,");
    String analyze = "analyze --model fashion-resnet --format e4m3 --data " + unlabelled();
    assertThat(result(analyze, CALIBRATED).getAsJsonArray("sensitivity")).isNotEmpty();
    call(analyze + " --assign 0.1 --output " + folder.resolve("a.json"), CALIBRATED)
        .refuses(ExitCode.INPUT, "dataset pixels has no labels");
  }
}
