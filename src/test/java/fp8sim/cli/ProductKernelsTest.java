package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.kernel.ProductMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which kernel multiplies codes is told, can be forced, and changes no result. */
class ProductKernelsTest {
  @TempDir Path folder;

  @Test
  void inspectNamesTheKernelOfEachLayer() {
    Path file = folder.resolve("inspect.json");
    Cli run =
        Cli.run(
            "inspect",
            "--model",
            "fashion-resnet",
            "--format",
            "e4m3",
            "--multiplier",
            "adder",
            "--json",
            file);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(run.out()).contains("multiplied by").containsPattern("/fc/Gemm +[a-z-]+: .");
    JsonObject kernels = JsonFile.read(file).getAsJsonObject("kernels");
    assertThat(kernels.size()).isGreaterThan(5);
    assertThat(kernels.get("/fc/Gemm").getAsString()).matches("[a-z0-9-]+: .+");
  }

  /** Wide integers have one kernel, whose bits both backends share. */
  @Test
  void wideIntegersAreMultipliedByTheReference() {
    Path file = folder.resolve("m.memh");
    Cli written =
        Cli.run(
            "multiplier",
            "truncated:k=3",
            "--format",
            "int10",
            "--convert",
            "memh",
            "--output",
            file);
    assertThat(written.exitCode()).as(written.err()).isEqualTo(ExitCode.SUCCESS);
    JsonObject table = evaluated("table:signed=true,file=" + file, "cpu");
    JsonObject reference = evaluated("table:signed=true,file=" + file, "reference");
    for (String key : new String[] {"loss", "top1", "sqnr", "cosine"}) {
      assertThat(table.get(key)).as(key).isEqualTo(reference.get(key));
    }
    assertThat(table.get("sqnr").getAsDouble()).isGreaterThan(20);
  }

  private JsonObject evaluated(String multiplier, String backend) {
    Path file = folder.resolve(backend + ".json");
    Cli run =
        Cli.run(
            "eval",
            "--model",
            "fashion-resnet",
            "--limit",
            "1",
            "--calibration-batches",
            "1",
            "--calibration-batch-size",
            "4",
            "--format",
            "int10",
            "--multiplier",
            multiplier,
            "--compare-float",
            "--backend",
            backend,
            "--json",
            file);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    return JsonFile.read(file);
  }

  @Test
  void float32NeedsNoChoice() {
    Cli run = Cli.run("inspect", "--model", "fashion-resnet");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(run.out()).doesNotContain("multiplied by");
  }

  @Test
  void benchNamesAForcedKernel() {
    Cli run =
        Cli.run(
            "bench",
            "gemm",
            "--shape",
            "5x6x7",
            "--seconds",
            "0.01",
            "--threads",
            "1",
            "--backend",
            "cpu:reference",
            "--format",
            "e4m3",
            "--multiplier",
            "adder");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(run.out()).containsPattern(" 1 +reference: ");
  }

  @Test
  void benchTellsWhyAForcedKernelIsNotTaken() {
    Cli run =
        Cli.run(
            "bench",
            "gemm",
            "--shape",
            "5x6x7",
            "--seconds",
            "0.01",
            "--threads",
            "1",
            "--backend",
            "cpu:float32",
            "--format",
            "e4m3",
            "--multiplier",
            "adder");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(run.out()).containsPattern(" 1 +[a-z-]+: .+ \\(not float32: .+\\)");
  }

  @ParameterizedTest
  @EnumSource(ProductMethod.class)
  void everyKernelGivesTheSamePredictions(ProductMethod method) throws IOException {
    assertThat(logits("cpu:" + method.text())).isEqualTo(logits("cpu"));
  }

  private String logits(String backend) throws IOException {
    Path file = folder.resolve("predictions.csv");
    Cli run =
        Cli.run(
            "eval",
            "--model",
            "fashion-resnet",
            "--limit",
            "2",
            "--batch-size",
            "2",
            "--format",
            "e3m4",
            "--multiplier",
            "adder:compensation=3",
            "--round-products",
            "--calibration-batches",
            "1",
            "--calibration-batch-size",
            "2",
            "--backend",
            backend,
            "--predictions",
            file);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    return Files.readString(file);
  }

  @Test
  void anUnknownKernelIsRefused() {
    Cli run = Cli.run("eval", "--model", "fashion-resnet", "--backend", "cpu:magic");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("--backend cpu:magic: there is no such way to multiply")
        .contains("weight-tables");
  }
}
