package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that stand in files: where their paths start, what they may run, what they may be. */
@Timeout(300)
class FileOptionsTest {
  private static final String SMALL =
      "\"model\": \"fashion-resnet\", \"limit\": 4, \"calibration-batches\": 1";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** A multiplier that leaves a trace when it runs. */
  private Path spy(String name) throws IOException {
    return file(
        name,
        """
        public class Spy {
          static {
            try { java.nio.file.Files.writeString(java.nio.file.Path.of("%s"), ""); }
            catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
          }
          public static float multiply(float a, float b) { return a * b; }
        }
        """
            .formatted(trace()));
  }

  private Path trace() {
    return folder.resolve("ran");
  }

  private static void succeeds(Cli cli) {
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"multiplier\": \"source:file=Spy.java\"",
        "\"layer\": [\"*:multiplier=[source:file=Spy.java,seconds=50]\"]"
      })
  void aConfigurationRunsNoCodeUnlessAllowed(String option) throws IOException {
    spy("Spy.java");
    Path config = file("c.json", "{%s, \"format\": \"e4m3\", %s}".formatted(SMALL, option));
    Cli.run("eval", "--config", config).refuses(ExitCode.USAGE, config, "--allow-source");
    assertThat(trace()).doesNotExist();
    succeeds(Cli.run("eval", "--config", config, "--allow-source"));
    assertThat(trace()).exists();
  }

  @Test
  void noFileAllowsCode() throws IOException {
    Path config = file("c.json", "{%s, \"allow-source\": true}".formatted(SMALL));
    Cli.run("eval", "--config", config).refuses(ExitCode.USAGE, config, "allow-source");
  }

  @Test
  void codeOnTheCommandLineRuns() throws IOException {
    Path spy = spy("Spy.java");
    succeeds(Cli.run("multiplier", "source:file=" + spy, "--format", "e4m3"));
    assertThat(trace()).exists();
  }

  @Test
  void operandsOfAConfigurationRunNoCode() throws IOException {
    spy("Spy.java");
    Path config =
        file("c.json", "{\"format\": \"e4m3\", \"arguments\": [\"source:file=Spy.java\"]}");
    Cli.run("multiplier", "--config", config).refuses(ExitCode.USAGE, config, "--allow-source");
    assertThat(trace()).doesNotExist();
    succeeds(Cli.run("multiplier", "--config", config, "--allow-source"));
    assertThat(trace()).exists();
  }

  @Test
  void plansRunNoCodeUnlessAllowedAndReportsNever() throws IOException {
    spy("plans/Spy.java");
    Path plan =
        file(
            "plans/plan.json",
            """
            {"schema": 1, "name": "p", "base": {%s, "format": "e4m3", "threads": 1},
             "axes": {"multiplier": ["exact", "source:file=Spy.java"]}}
            """
                .formatted(SMALL));
    Path output = folder.resolve("out");
    Cli.run("sweep", "--plan", plan, "--output", output)
        .refuses(ExitCode.USAGE, "plan p, point 1", "--allow-source");
    assertThat(trace()).doesNotExist();
    succeeds(Cli.run("sweep", "--plan", plan, "--output", output, "--allow-source"));
    assertThat(trace()).exists();
    Files.delete(trace());
    Path merged = folder.resolve("merged");
    succeeds(Cli.run("merge", output, "--output", merged));
    assertThat(trace()).doesNotExist();
    assertThat(merged.resolve("results.json"))
        .hasSameTextualContentAs(output.resolve("results.json"));
    assertThat(Files.readString(merged.resolve("report.html")))
        .contains("a source: multiplier is not run for a report");
  }

  @Test
  void pathsStartAtTheFile() throws IOException {
    Path working = Path.of("").toAbsolutePath();
    Files.createDirectories(folder.resolve("in"));
    Files.copy(Path.of("models/fashion-resnet.onnx"), folder.resolve("in/net.onnx"));
    Files.copy(Path.of("models/fashion-resnet.json"), folder.resolve("in/net.json"));
    Path ranges = folder.resolve("in/ranges.json");
    Path model = folder.resolve("in/net.onnx");
    succeeds(
        Cli.run(
            "calibrate",
            "--model",
            model,
            "--format",
            "e4m3",
            "--multiplier",
            "adder",
            "--output",
            ranges,
            "--calibration-batches",
            "1"));
    succeeds(
        Cli.run(
            "multiplier", "exact", "--format", "e4m3", "--table", folder.resolve("in/t,1.npy")));
    Path config =
        file(
            "in/c.json",
            """
            {"schema": 1, "model": "net.onnx", "ranges": "ranges.json", "format": "e4m3",
             "limit": 4, "multiplier": "table:file=[t,1.npy],dialect=npy",
             "layer": ["*f.0.0*:multiplier=[table:file=[t,1.npy],dialect=npy]"]}
            """);
    // The same from the working folder, which is another one.
    Path relative = working.relativize(config.toRealPath());
    Path result = Files.createDirectories(folder.resolve("out/deep")).resolve("result.json");
    succeeds(Cli.run("eval", "--config", relative, "--json", result));
    JsonObject again = JsonFile.read(result).getAsJsonObject("configuration");
    assertThat(again.get("model").getAsString()).isEqualTo("../../in/net.onnx");
    assertThat(again.get("multiplier").getAsString())
        .isEqualTo("table:file=[../../in/t,1.npy],dialect=npy");
    succeeds(Cli.run("eval", "--config", working.relativize(result.toRealPath())));
  }

  @Test
  void theResultOfAnotherCommandIsAConfiguration() throws IOException {
    Path result = folder.resolve("analysis.json");
    succeeds(
        Cli.run(
            "analyze",
            "--model",
            "fashion-resnet",
            "--format",
            "e4m3",
            "--limit",
            "4",
            "--calibration-batches",
            "1",
            "--json",
            result));
    Path second = folder.resolve("again.json");
    succeeds(Cli.run("eval", "--config", result, "--json", second));
    assertThat(JsonFile.read(second).getAsJsonObject("configuration").get("format").getAsString())
        .isEqualTo("e4m3");
    succeeds(Cli.run("analyze", "--config", result));
  }

  @Test
  void aSchemaOfAnotherVersionIsRefused() throws IOException {
    Path config = file("c.json", "{\"schema\": 2, %s}".formatted(SMALL));
    Cli.run("eval", "--config", config).refuses(ExitCode.USAGE, config, "schema is 2");
  }

  @Test
  void damagedPointsAreScoredAgain() throws IOException {
    Path plan =
        file(
            "plan.json",
            "{\"schema\": 1, \"name\": \"p\", \"base\": {%s}, \"axes\": {\"seed\": [0, 1, 2, 3]}}"
                .formatted(SMALL));
    Path output = folder.resolve("out");
    succeeds(Cli.run("sweep", "--plan", plan, "--output", output));
    String expected = Files.readString(output.resolve("results.json"));
    List<Path> points;
    try (var all = Files.list(output.resolve("points"))) {
      points = all.sorted().toList();
    }
    String whole = Files.readString(points.get(1));
    List<String> damages =
        List.of(
            "", whole.substring(0, whole.length() / 2), "{}", "{\"scores\": null, \"timing\": {}}");
    for (int i = 0; i < damages.size(); i++) {
      Files.writeString(points.get(i), damages.get(i));
    }
    Cli again = Cli.run("sweep", "--plan", plan, "--output", output);
    succeeds(again);
    assertThat(again.err().lines().filter(line -> line.contains("is scored again"))).hasSize(4);
    assertThat(Files.readString(output.resolve("results.json"))).isEqualTo(expected);
    assertThat(Cli.run("sweep", "--plan", plan, "--output", output).err())
        .contains("4 of 4 points are finished");
  }
}
