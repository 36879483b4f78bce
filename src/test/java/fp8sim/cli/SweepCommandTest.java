package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code sweep} and {@code merge} on a bundled network. */
@Timeout(300)
class SweepCommandTest {
  private static final String PLAN =
      """
      { "schema": 1, "name": "small",
        "base": { "model": "fashion-resnet", "limit": 32, "calibration-batches": 1 },
        "axes": { "format": ["fp32", "e4m3"],
                  "multiplier": ["exact", "adder", "adder:compensation=3"] },
        "exclude": [ { "format": "fp32", "multiplier": "adder" },
                     { "format": "fp32", "multiplier": "adder:compensation=3" } ] }
      """;

  @TempDir Path folder;

  private Path plan(String text) throws IOException {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, text);
    return file;
  }

  private static Map<String, String> results(Path output) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (String name : List.of("results.json", "results.csv", "results.md")) {
      texts.put(name, Files.readString(output.resolve(name)));
    }
    return texts;
  }

  private static List<JsonObject> points(Path output) {
    List<JsonObject> points = new ArrayList<>();
    for (JsonElement point :
        JsonFile.read(output.resolve("results.json")).getAsJsonArray("points")) {
      points.add(point.getAsJsonObject());
    }
    return points;
  }

  @Test
  void aPointIsWhatEvalFindsWithItsConfiguration() throws IOException {
    Path output = folder.resolve("out");
    Path cost = folder.resolve("cost.json");
    Files.writeString(
        cost, "{\"schema\": 1, \"exact\": 1, \"adder\": 0.5, \"adder:compensation=3\": 0.25}");
    Cli sweep = Cli.run("sweep", "--plan", plan(PLAN), "--output", output, "--cost", cost);
    assertThat(sweep.exitCode()).as(sweep.err()).isEqualTo(ExitCode.SUCCESS);
    List<JsonObject> points = points(output);
    assertThat(points).hasSize(4);
    double[] costs = {1, 1, 0.5, 0.25};
    for (int i = 0; i < points.size(); i++) {
      Path configuration = folder.resolve("configuration.json");
      JsonFile.write(configuration, points.get(i).get("configuration"));
      Path result = folder.resolve("eval.json");
      Cli eval = Cli.run("eval", "--config", configuration, "--compare-float", "--json", result);
      assertThat(eval.exitCode()).as(eval.err()).isEqualTo(ExitCode.SUCCESS);
      JsonObject expected = JsonFile.read(result);
      JsonObject scores = points.get(i).getAsJsonObject("scores");
      for (String key : List.of("images", "top1", "top5", "loss", "interval95", "agreement")) {
        assertThat(scores.get(key)).as(key).isEqualTo(expected.get(key));
      }
      assertThat(scores.get("cost").getAsDouble()).isEqualTo(costs[i]);
    }
    JsonObject adder = points.get(2).getAsJsonObject("scores");
    assertThat(adder.get("logitSqnr").getAsDouble()).isBetween(3.0, 40.0);
    assertThat(adder.get("worstSqnr").getAsDouble())
        .isLessThanOrEqualTo(adder.get("meanSqnr").getAsDouble());
    assertThat(adder.getAsJsonObject("macsByMultiplier").keySet()).containsExactly("adder");
    assertThat(points.getFirst().getAsJsonObject("scores").get("logitSqnr").isJsonNull()).isTrue();
  }

  @Test
  void aKilledProcessLosesOnePointAtMost() throws Exception {
    Path expected = folder.resolve("whole");
    assertThat(Cli.run("sweep", "--plan", plan(PLAN), "--output", expected).exitCode())
        .isEqualTo(ExitCode.SUCCESS);
    Path output = folder.resolve("killed");
    Process process = start("sweep", "--plan", plan(PLAN).toString(), "--output", output + "");
    Path points = output.resolve("points");
    while (process.isAlive() && count(points) < 2) {
      process.waitFor(5, TimeUnit.MILLISECONDS);
    }
    Cli.run("sweep", "--plan", plan(PLAN), "--output", output)
        .refuses(ExitCode.OUTPUT, output, "another sweep", process.pid());
    process.destroyForcibly().waitFor();
    assertThat(count(points)).isBetween(2L, 3L);
    assertThat(output.resolve("results.json")).doesNotExist();
    Cli resumed = Cli.run("sweep", "--plan", plan(PLAN), "--output", output);
    assertThat(resumed.exitCode()).isEqualTo(ExitCode.SUCCESS);
    assertThat(resumed.err()).contains("of 4 points are finished already");
    assertThat(results(output)).isEqualTo(results(expected));
  }

  private static long count(Path points) throws IOException {
    if (!Files.isDirectory(points)) {
      return 0;
    }
    try (var files = Files.newDirectoryStream(points, "[!.]*.json")) {
      long count = 0;
      for (Path file : files) {
        count += Files.isRegularFile(file) ? 1 : 0;
      }
      return count;
    }
  }

  private Process start(String... words) throws IOException {
    return new ProcessBuilder(ProgramProcess.line(List.of(words)))
        .redirectOutput(folder.resolve("out.txt").toFile())
        .redirectError(folder.resolve("err.txt").toFile())
        .start();
  }

  @Test
  void mergedShardsAreTheSingleRun() throws IOException {
    Path single = folder.resolve("single");
    Cli.run("sweep", "--plan", plan(PLAN), "--output", single);
    for (String part : List.of("1", "2")) {
      Cli run =
          Cli.run(
              "sweep",
              "--plan",
              plan(PLAN),
              "--output",
              folder.resolve(part),
              "--shard",
              part + "/2");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    }
    Path merged = folder.resolve("merged");
    Cli.run("merge", folder.resolve("1"), "--output", merged)
        .refuses(ExitCode.INPUT, "2 of 4 points are missing");
    Cli merge = Cli.run("merge", folder.resolve("2"), folder.resolve("1"), "--output", merged);
    assertThat(merge.exitCode()).as(merge.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(results(merged)).isEqualTo(results(single));
    assertThat(merged.resolve("timings.json")).exists();
  }

  @Test
  void aPointThatFailsIsReportedAndTheRestGoesOn() throws IOException {
    String text =
        """
        { "schema": 1, "name": "small",
          "base": { "model": "fashion-resnet", "limit": 32, "calibration-batches": 1,
                    "format": "int8" },
          "axes": { "layer": ["*:round-products=false", "*:multiplier=adder", "*:accumulator=exact"] } }
        """;
    Path output = folder.resolve("out");
    Cli run = Cli.run("sweep", "--plan", plan(text), "--output", output);
    assertThat(run.exitCode()).isEqualTo(ExitCode.SWEEP);
    assertThat(run.err())
        .contains("point 1 (layer=*:multiplier=adder) failed: ", "multiplier adder")
        .contains("1 of 3 points failed");
    assertThat(points(output))
        .extracting(point -> point.has("error"))
        .containsExactly(false, true, false);
  }

  @Test
  void combinationsThatCannotBeAreRefusedBeforeAnythingRuns() throws IOException {
    String impossible =
        PLAN.replace("\"fp32\", \"e4m3\"", "\"int8\", \"e4m3\"")
            .replace("{ \"format\": \"fp32\", \"multiplier\": \"adder\" },", "")
            .replace("\"format\": \"fp32\"", "\"format\": \"int8\"");
    Path output = folder.resolve("out");
    Cli.run("sweep", "--plan", plan(impossible), "--output", output)
        .refuses(
            ExitCode.USAGE,
            "plan small, point 1 (format=int8, multiplier=adder)",
            "multiplies minifloats only, not int8");
    assertThat(count(output.resolve("points"))).isZero();
    Cli.run("eval", "--model", "fashion-resnet", "--format", "bf16", "--accumulator", "exact")
        .refuses(ExitCode.USAGE, "an exact sum of 1 products needs");
  }

  @Test
  void missingDataOfOnePointIsKnownBeforeAnythingRuns() throws IOException {
    Path absent = folder.resolve("absent.json");
    Files.writeString(
        absent,
        """
        { "schema": 1, "name": "absent", "layout": "idx", "images": "none-idx3", "labels": "none-idx1",
          "classes": 10 }
        """);
    Path output = folder.resolve("out");
    String data =
        PLAN.replace(
            "\"multiplier\": [", "\"data\": [\"fashion-mnist\", \"%s\"], \"multiplier\": [");
    Cli.run("sweep", "--plan", plan(data.formatted(absent)), "--output", output)
        .refuses(ExitCode.INPUT, "plan small, point 1 (format=fp32, data=", "none-idx");
    String calibration = PLAN.replace("\"limit\"", "\"calibration\": \"%s\", \"limit\"");
    Cli.run("sweep", "--plan", plan(calibration.formatted(absent)), "--output", output)
        .refuses(ExitCode.INPUT, "plan small, point 1 (format=e4m3", "none-idx");
    assertThat(count(output.resolve("points"))).isZero();
  }

  @Test
  void badPlansAreOneLineBeforeAnythingRuns() throws IOException {
    Path output = folder.resolve("out");
    Path file = plan(PLAN.replace("\"limit\"", "\"limits\""));
    Cli.run("sweep", "--plan", file, "--output", output)
        .refuses(ExitCode.USAGE, "plan small", "unknown option 'limits'", "limit?");
    Cli.run("sweep", "--plan", plan(PLAN.replace("e4m3", "e9m3")), "--output", output)
        .refuses(ExitCode.USAGE, "plan small, point 1 (format=e9m3", "e9m3");
    Cli.run("sweep", "--plan", plan(PLAN.replace("adder:", "ader:")), "--output", output)
        .refuses(ExitCode.USAGE, "point 3", "unknown multiplier 'ader'");
    Cli.run("sweep", "--plan", plan(PLAN.replace("fashion-resnet", "no.onnx")), "--output", output)
        .refuses(ExitCode.INPUT, "point 0", "no.onnx: no such file");
    Cli.run("sweep", "--plan", folder.resolve("none.json"), "--output", output)
        .refuses(ExitCode.INPUT, "none.json: no such file");
    Cli.run("sweep", "--plan", "gird", "--output", output)
        .refuses(ExitCode.INPUT, "no plan \"gird\"", "study-grid");
    Path cost = folder.resolve("cost.json");
    Files.writeString(cost, "{\"schema\": 1, \"exact\": 1}");
    Cli.run("sweep", "--plan", plan(PLAN), "--output", output, "--cost", cost)
        .refuses(ExitCode.USAGE, "no cost for the multiplier \"adder\"");
  }

  /** A table of integers of 8 x 8 bits whose comments say what its circuit costs. */
  private Path circuit(String name, String model, String comments) throws IOException {
    Path file = folder.resolve(name);
    Cli written =
        Cli.run("multiplier", model, "--format", "int8", "--convert", "memh", "--output", file);
    assertThat(written.exitCode()).as(written.err()).isEqualTo(ExitCode.SUCCESS);
    Files.writeString(file, comments + Files.readString(file));
    return file;
  }

  @Test
  void energyOfCircuitsNeedsNoOption() throws IOException {
    circuit(
        "mul8s_A.memh",
        "exact",
        "// PDK45_PWR = 0.4 mW\n// PDK45_AREA = 700 um2\n// PDK45_DELAY = 1.5 ns\n");
    circuit(
        "mul8s_B.memh",
        "truncated:k=6",
        "// PDK45_PWR = 0.2 mW\n// PDK45_AREA = 350 um2\n// PDK45_DELAY = 1.0 ns\n");
    Path plan =
        plan(
            """
            { "schema": 1, "name": "circuits",
              "base": { "model": "fashion-resnet", "limit": 8, "calibration-batches": 1,
                        "format": "int8" },
              "axes": { "multiplier": ["exact", "table:file=mul8s_A.memh",
                                       "table:file=mul8s_B.memh"] } }
            """);
    Path output = folder.resolve("circuits");
    Cli sweep = Cli.run("sweep", "--plan", plan, "--output", output);
    assertThat(sweep.exitCode()).as(sweep.err()).isEqualTo(ExitCode.SUCCESS);
    List<JsonObject> points = points(output);
    JsonObject exact = points.getFirst().getAsJsonObject("scores");
    assertThat(exact.has("energy")).isFalse();
    assertThat(exact.has("area")).isFalse();
    JsonObject a = points.get(1).getAsJsonObject("scores");
    JsonObject b = points.get(2).getAsJsonObject("scores");
    double macs = a.get("macs").getAsDouble();
    assertThat(macs).isPositive();
    assertThat(a.get("energy").getAsDouble()).isCloseTo(600 * macs, within(1e-3 * macs));
    assertThat(b.get("energy").getAsDouble()).isCloseTo(200 * macs, within(1e-3 * macs));
    assertThat(b.get("area").getAsDouble()).isEqualTo(350);
    assertThat(b.get("delay").getAsDouble()).isEqualTo(1);
    assertThat(b.get("costTechnology").getAsString()).isEqualTo("PDK45");
    assertThat(b.has("energyRelative")).isFalse();
    assertThat(Files.readString(output.resolve("results.csv")))
        .startsWith("index,id,")
        .contains(",energy,area,delay,");
    assertThat(sweep.out()).contains("energy nJ", "area um^2", "delay ns");
    // A cost file names the exact circuit of the library, and what the built-in one costs.
    Path cost = folder.resolve("cost.json");
    Files.writeString(
        cost,
        """
        { "schema": 2, "technology": "PDK45", "exact": "mul8s_A",
          "multipliers": { "mul8s_A": { "power": 0.4, "area": 700, "delay": 1.5 },
                           "exact": { "energy": 600, "area": 700, "delay": 1.5 } } }
        """);
    Path other = folder.resolve("with-file");
    sweep = Cli.run("sweep", "--plan", plan, "--output", other, "--cost", cost);
    assertThat(sweep.exitCode()).as(sweep.err()).isEqualTo(ExitCode.SUCCESS);
    points = points(other);
    for (int i = 0; i < 3; i++) {
      JsonObject scores = points.get(i).getAsJsonObject("scores");
      assertThat(scores.get("energyRelative").getAsDouble())
          .isCloseTo(i == 2 ? 1.0 / 3 : 1, within(1e-9));
      assertThat(scores.get("areaRelative").getAsDouble()).isEqualTo(i == 2 ? 0.5 : 1);
    }
    String page = Files.readString(other.resolve("report.html"));
    assertThat(page).contains("\"energyRelative\":0.333");
    // Joined parts have the same figures.
    Path joined = folder.resolve("joined");
    Cli merge = Cli.run("merge", other, "--output", joined);
    assertThat(merge.exitCode()).as(merge.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(results(joined)).isEqualTo(results(other));
    // eval reports the same of one point.
    Path configuration = folder.resolve("configuration.json");
    JsonFile.write(configuration, points.get(2).get("configuration"));
    Path result = folder.resolve("eval.json");
    Cli eval = Cli.run("eval", "--config", configuration, "--cost", cost, "--json", result);
    assertThat(eval.exitCode()).as(eval.err()).isEqualTo(ExitCode.SUCCESS);
    JsonObject evaluated = JsonFile.read(result).getAsJsonObject("cost");
    for (String key : List.of("energy", "area", "delay", "energyRelative", "delayRelative")) {
      JsonObject scores = points.get(2).getAsJsonObject("scores");
      assertThat(evaluated.get(key)).as(key).isEqualTo(scores.get(key));
    }
    assertThat(eval.out())
        .containsPattern("(?m)^energy +[0-9.]+ nJ \\(PDK45\\), 0.3333 of exact$")
        .containsPattern("(?m)^area +350.000 um\\^2 \\(PDK45\\), 0.5000 of exact$");
  }

  @Test
  void missingCostsAreNamed() throws IOException {
    Path cost = folder.resolve("cost.json");
    Files.writeString(
        cost,
        """
        { "schema": 2, "technology": "T", "multipliers": { "exact": { "energy": 3 } },
          "accumulators": { "fp32": { "energy": 1 } } }
        """);
    Cli eval =
        Cli.run(
            "eval",
            "--model",
            "fashion-vit",
            "--limit",
            "2",
            "--calibration-batches",
            "1",
            "--format",
            "int8",
            "--cost",
            cost);
    assertThat(eval.exitCode()).as(eval.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(eval.out()).doesNotContain("energy");
    assertThat(eval.err()).contains("is not known of", "float32 of fp32 with accumulator fp32 (");
  }
}
