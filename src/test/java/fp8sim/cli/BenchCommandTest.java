package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.cli.command.BenchCommand;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.common.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode run(String... words) {
    return new Main(List.of(new BenchCommand()), stream(out), stream(err), Progress.NONE)
        .run(words);
  }

  private static PrintStream stream(ByteArrayOutputStream target) {
    return new PrintStream(target, true, StandardCharsets.UTF_8);
  }

  @Test
  void measuresOneProduct() {
    String line = "bench gemm --shape 7x8x9 --threads 2 --seconds 0.01 --format fp32";
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.SUCCESS);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("7 +8 +9 +float32 +2 +[0-9.]+ +1.00")
        .doesNotContain("e3m4");
  }

  @Test
  void measuresEveryWayOfMultiplyingCodes(@TempDir Path folder) {
    Path file = folder.resolve("bench.json");
    String line = "bench gemm --shape 7x8x9 --shape 5x6x7 --threads 1 --threads 2 --seconds 0.01";
    assertThat(run((line + " --json " + file).split(" "))).isEqualTo(ExitCode.SUCCESS);
    String text = out.toString(StandardCharsets.UTF_8);
    JsonObject json = JsonFile.read(file);
    List<String> variants =
        List.of(
            "float32",
            "e3m4 rounded",
            "e3m4 rounded, left not negative",
            "e4m3 rounded",
            "any signed table",
            "e3m4 study, exact sums",
            "e3m4 study, fp32 sums",
            "e4m3 study, exact sums",
            "e4m3 study, fp32 sums");
    for (String variant : variants) {
      assertThat(text)
          .containsPattern("7 +8 +9 +" + variant + " +1 +[0-9.]+ +[0-9.]+\n")
          .containsPattern("(?m)^" + variant + " +1 +[0-9.]+\n")
          .containsPattern("(?m)^" + variant + " +2 +[0-9.]+ +[0-9.]+\n");
      double[] logs =
          json.getAsJsonArray("rows").asList().stream()
              .map(JsonElement::getAsJsonObject)
              .filter(row -> row.get("variant").getAsString().equals(variant))
              .filter(row -> row.get("threads").getAsInt() == 1)
              .mapToDouble(row -> Math.log(row.get("ratioToFloat").getAsDouble()))
              .toArray();
      assertThat(logs).hasSize(2);
      JsonObject mean =
          json.getAsJsonArray("means").get(2 * variants.indexOf(variant)).getAsJsonObject();
      assertThat(mean.get("variant").getAsString()).isEqualTo(variant);
      assertThat(mean.get("ratioToFloat").getAsDouble())
          .isCloseTo(Math.exp((logs[0] + logs[1]) / 2), within(1e-9));
    }
  }

  @Test
  void measuresAQuantizedNetworkBesideFloat32() {
    String line =
        "bench model --batch-size 1 --threads 2 --seconds 0.1 --format e3m4 --multiplier adder"
            + " --round-products --model fashion-resnet";
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.SUCCESS);
    String variant = "e3m4, inputs quantized, adder rounded";
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("fashion-resnet +1 +float32 +2 +[0-9.]+ +1.00")
        .containsPattern("fashion-resnet +1 +" + variant + " +2 +[0-9.]+ +[0-9.]+");
  }

  @Test
  @Timeout(300)
  void tellsWhatTimeIsSpentOn(@TempDir Path folder) {
    Path file = folder.resolve("bench.json");
    // Samples are taken of time: a busy machine needs more of it until each row has some.
    double seconds = 0.25;
    do {
      out.reset();
      String line =
          "bench model --batch-size 8 --threads 2 --seconds "
              + seconds
              + " --format e3m4 --multiplier adder --round-products --model fashion-resnet"
              + " --profile --json ";
      assertThat(run((line + file).split(" "))).isEqualTo(ExitCode.SUCCESS);
      seconds *= 2;
    } while (!hasSamplesOf(file, "products", "tables"));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("threads +products % +tables % +quantization %")
        .containsPattern("adder rounded +2( +[0-9]+){7}\n");
    List<JsonObject> phases =
        JsonFile.read(file).getAsJsonArray("rows").asList().stream()
            .map(row -> row.getAsJsonObject().getAsJsonObject("phases"))
            .toList();
    assertThat(phases)
        .hasSize(2)
        .allSatisfy(
            shares -> {
              double sum =
                  shares.asMap().values().stream().mapToDouble(JsonElement::getAsDouble).sum();
              assertThat(sum).isCloseTo(1, within(1e-9));
              assertThat(shares.get("products").getAsDouble()).isPositive();
            });
    assertThat(phases.getFirst().get("tables").getAsDouble()).isZero();
    assertThat(phases.getLast().get("tables").getAsDouble()).isPositive();
  }

  /** Whether each row has a profile, the last one with a share of each of these phases. */
  private static boolean hasSamplesOf(Path file, String... phases) {
    List<JsonObject> shares =
        JsonFile.read(file).getAsJsonArray("rows").asList().stream()
            .map(row -> row.getAsJsonObject().getAsJsonObject("phases"))
            .toList();
    return shares.stream().allMatch(share -> share != null && isIn(share, phases[0]))
        && Stream.of(phases).allMatch(phase -> isIn(shares.getLast(), phase));
  }

  private static boolean isIn(JsonObject shares, String phase) {
    return shares.get(phase).getAsDouble() > 0;
  }

  @Test
  void hasNoProfileUnlessAskedFor() {
    String line = "bench gemm --shape 7x8x9 --threads 1 --seconds 0.01 --format fp32";
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.SUCCESS);
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("products %");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench",
        "bench cube",
        "bench model",
        "bench gemm --shape 7x8",
        "bench gemm --seconds 0",
        "bench gemm --threads 1 --threads none",
        "bench model --model fashion-vit --batch-size none",
        "bench gemm --profile --backend reference",
      })
  void refusesBadUsage(String line) {
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }

  @Test
  void namesAMissingJar(@TempDir Path folder) {
    String jar = folder.resolve("onnxruntime.jar").toString();
    assertThat(run("bench", "gemm", "--onnxruntime", jar)).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(jar);
  }
}
