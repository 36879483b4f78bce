package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code analyze} on a bundled network. */
@Timeout(300)
class AnalyzeCommandTest {
  /** Many small networks: waiting for other threads would take longest on a busy machine. */
  private static final List<String> ONE_THREAD = List.of("--threads", "1");

  @TempDir Path folder;

  private JsonObject analyze(Object... more) {
    Path json = folder.resolve("analysis.json");
    List<Object> words = new ArrayList<>(List.of("analyze", "--model", "fashion-resnet"));
    words.addAll(List.of("--limit", "32", "--calibration-batches", "1", "--json", json));
    words.addAll(ONE_THREAD);
    words.addAll(List.of(more));
    Cli run = Cli.run(words.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    return JsonFile.read(json);
  }

  private static List<JsonObject> objects(JsonObject json, String key) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray(key)) {
      objects.add(element.getAsJsonObject());
    }
    return objects;
  }

  @Test
  void looksAtEveryQuantizer() {
    JsonObject json = analyze("--format", "e4m3");
    JsonObject first = objects(json, "layers").getFirst();
    List<JsonObject> quantizers = objects(first, "quantizers");
    assertThat(quantizers)
        .extracting(quantizer -> quantizer.get("name").getAsString())
        .containsExactly("/f/f.0/f.0.0/Conv/weight", "/f/f.0/f.0.0/Conv/input");
    // A rounded significand of four bits: 6.02 dB a bit, and what clipping and underflow take.
    assertThat(quantizers.get(0).get("sqnr").getAsDouble()).isBetween(20.0, 36.0);
    // Eight images of 28 x 28 pixels, none of which is exactly zero after normalization.
    long pixels =
        quantizers.get(1).getAsJsonObject("exponents").entrySet().stream()
            .mapToLong(entry -> entry.getValue().getAsLong())
            .sum();
    assertThat(pixels).isEqualTo(8 * 28 * 28);
    for (JsonObject layer : objects(json, "layers")) {
      for (JsonObject quantizer : objects(layer, "quantizers")) {
        for (String share : List.of("saturated", "subnormal", "zero")) {
          assertThat(quantizer.get(share).getAsDouble()).as(share).isBetween(0.0, 1.0);
        }
      }
    }
  }

  @Test
  void ranksLayersAndAssignsFormatsThatEvalReproduces() {
    Path assigned = folder.resolve("assigned.json");
    JsonObject json = analyze("--format", "e3m2", "--assign", "0.1", "--output", assigned);
    List<Double> alone =
        objects(json, "sensitivity").stream()
            .map(row -> row.getAsJsonObject("alone").get("logitSqnr").getAsDouble())
            .toList();
    assertThat(alone).hasSize(10).isSorted();
    assertThat(alone.getLast())
        .isGreaterThan(json.getAsJsonObject("all").get("logitSqnr").getAsDouble());
    reproduces(json, assigned);
    assertThat(JsonFile.read(assigned).get("format").getAsString()).isEqualTo("fp32");
  }

  @Test
  void assignsTheCheapestMultipliersWithinTheBudget() throws IOException {
    Path assigned = folder.resolve("assigned.json");
    Path cost = folder.resolve("cost.json");
    Files.writeString(cost, "{\"schema\": 1, \"exact\": 1, \"mitchell\": 0.5, \"adder\": 0.1}");
    JsonObject json =
        analyze(
            "--format",
            "e3m4",
            "--multiplier",
            "mitchell",
            "--assign",
            "0.04",
            "--output",
            assigned,
            "--candidate",
            "multiplier=mitchell",
            "--candidate",
            "multiplier=[adder]",
            "--cost",
            cost);
    reproduces(json, assigned);
    List<String> layers =
        JsonFile.read(assigned).getAsJsonArray("layer").asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    assertThat(layers).anyMatch(layer -> layer.endsWith(":multiplier=[adder]"));
  }

  private void reproduces(JsonObject analysis, Path assigned) {
    JsonObject assignment = analysis.getAsJsonObject("assignment");
    JsonObject score = assignment.getAsJsonObject("score");
    double lost =
        assignment.getAsJsonObject("reference").get("top1").getAsDouble()
            - score.get("top1").getAsDouble();
    assertThat(lost).isLessThanOrEqualTo(0.1);
    Path result = folder.resolve("eval.json");
    List<Object> words =
        new ArrayList<>(List.of("eval", "--config", assigned, "--compare-float", "--json", result));
    words.addAll(ONE_THREAD);
    Cli eval = Cli.run(words.toArray());
    assertThat(eval.exitCode()).as(eval.err()).isEqualTo(ExitCode.SUCCESS);
    JsonObject found = JsonFile.read(result);
    for (String key : List.of("images", "top1", "loss", "agreement")) {
      assertThat(found.get(key)).as(key).isEqualTo(score.get(key));
    }
  }

  @Test
  void needsAFormatAndASensibleBudget() {
    Cli.run("analyze", "--model", "fashion-resnet").refuses(ExitCode.USAGE, "name a format");
    Cli.run(
            "analyze",
            "--model",
            "fashion-resnet",
            "--format",
            "e4m3",
            "--limit",
            "8",
            "--assign",
            "2",
            "--output",
            folder.resolve("a.json"))
        .refuses(ExitCode.USAGE, "--assign 2", "fraction of top-1");
  }
}
