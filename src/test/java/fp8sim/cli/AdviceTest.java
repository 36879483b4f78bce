package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program says what hurts: clipping, noise, and a float32 that is not that of the card. */
class AdviceTest {
  private static final List<String> SMALL =
      List.of("--calibration-batches", "1", "--calibration-batch-size", "32");

  @TempDir Path folder;

  private static List<String> lines(String part, Object... words) {
    Cli run = Cli.run(words);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    return run.err().lines().filter(line -> line.contains(part)).toList();
  }

  private static Object[] words(String command, String options) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(SMALL);
    words.addAll(List.of(options.split(" ")));
    return words.toArray();
  }

  private static List<String> eval(String part, String options) {
    return lines(part, words("eval --model fashion-resnet --limit 16", options));
  }

  @Test
  void evalNamesTheWorstQuantizerAndTheOption() {
    assertThat(eval(" clips ", "--format e5m10 --bias-policy saturate"))
        .singleElement()
        .asString()
        .startsWith("/f/f.0/f.0.0/Conv/weight clips 11.1 % of its values (-0.7053 becomes -0.4998)")
        .endsWith("; --bias-policy cover or real mends it");
    assertThat(eval(" clips ", "--format e4m3 --activation-range percentile:90"))
        .singleElement()
        .asString()
        .endsWith("; --activation-range allminmax mends it");
  }

  @Test
  void evalNamesTheNoisyLayer() {
    assertThat(eval("SQNR", "--format e5m10 --layer /f/f.2/a/a.0/Conv:weights=e2m1"))
        .singleElement()
        .asString()
        .startsWith("/f/f.2/a/a.0/Conv has an SQNR of ")
        .endsWith("; --layer '/f/f.2/a/a.0/Conv:weights=e5m10' mends it");
  }

  @Test
  void defaultsAreQuiet() {
    for (String format : List.of("e4m3", "e3m4", "int8", "fp16", "bf16", "fp8-e4m3")) {
      Cli run = Cli.run(words("eval --model fashion-resnet --limit 16", "--format " + format));
      assertThat(run.err()).as(format).isEmpty();
    }
    Cli wide = Cli.run("eval", "--model", "fashion-resnet", "--limit", "16", "--format", "e5m10");
    assertThat(wide.err()).isEmpty();
  }

  @Test
  void inspectKnowsWeightsAndRanges() {
    Path ranges = folder.resolve("ranges.json");
    lines(
        "",
        words(
            "calibrate --model fashion-resnet --calibration fashion-mnist --output " + ranges,
            "--format e5m10 --bias-policy saturate"));
    List<String> options = List.of("--format", "e5m10", "--bias-policy", "saturate");
    List<Object> words = new ArrayList<>(List.of("inspect", "--model", "fashion-resnet"));
    words.addAll(options);
    List<String> weights = lines(" clips ", words.toArray());
    words.addAll(List.of("--ranges", ranges));
    List<String> all = lines(" clips ", words.toArray());
    assertThat(weights).singleElement().asString().contains("/weight clips 11.1 %");
    assertThat(all).singleElement().asString().contains("/weight clips 11.1 %");
    assertThat(others(all.getFirst())).isGreaterThan(others(weights.getFirst()));
  }

  private static int others(String line) {
    return Integer.parseInt(line.replaceFirst(".*, and (\\d+) other.*", "$1"));
  }

  @Test
  void float32IsComparedWithTheCard() throws IOException {
    Path card = folder.resolve("card.json");
    Files.writeString(
        card,
        """
        { "schema": 1, "model": "m", "dataset": "fashion-mnist", "float32": { "top1": 0.9126 },
          "preprocess": [ { "divide": 8 } ] }
        """);
    String wrong = "--card " + card;
    for (String options : List.of(wrong, wrong + " --format e4m3 --compare-float")) {
      assertThat(eval("float32 has", options))
          .as(options)
          .singleElement()
          .asString()
          .startsWith("fashion-resnet: float32 has a top-1 of ")
          .contains("its card states 91.26 %", "preprocess and labelOffset (--card FILE)");
    }
    assertThat(eval("float32 has", wrong + " --format e4m3")).isEmpty();
    assertThat(eval("float32 has", "--format e4m3 --compare-float")).isEmpty();
  }

  @Test
  void sweepNamesTheWorstPoint() throws IOException {
    Path card = folder.resolve("card.json");
    Files.writeString(
        card,
        """
        { "schema": 1, "model": "m", "dataset": "fashion-mnist", "float32": { "top1": 0.1 },
          "preprocess": [ { "divide": 255 }, { "normalize": { "mean": [0.286], "std": [0.353] } } ] }
        """);
    Path plan = folder.resolve("plan.json");
    Files.writeString(
        plan,
        """
        { "schema": 1, "name": "small",
          "base": { "model": "fashion-resnet", "limit": 8, "calibration-batches": 1 },
          "axes": { "bias-policy": ["saturate", "real"], "format": ["fp32", "e5m10"] } }
        """);
    Cli run = Cli.run("sweep", "--plan", plan, "--card", card, "--output", folder.resolve("out"));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(run.err().lines())
        .satisfiesOnlyOnce(
            line ->
                assertThat(line)
                    .startsWith("point 1 (bias-policy=saturate, format=e5m10): ")
                    .contains("/weight clips 11.1 %"))
        .satisfiesOnlyOnce(line -> assertThat(line).contains("its card states 10.00 %"));
  }
}
