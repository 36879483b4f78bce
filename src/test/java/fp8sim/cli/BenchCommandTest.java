package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.ExitCode;
import fp8sim.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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
    assertThat(run("bench", "gemm", "--shape", "7x8x9", "--threads", "2", "--seconds", "1"))
        .isEqualTo(ExitCode.SUCCESS);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("7 +8 +9 +float32 +2 +[0-9.]+ +1.00");
  }

  @Test
  void measuresAQuantizedNetworkBesideFloat32() {
    String model = "fashion-vit";
    assertThat(
            run(
                ("bench model --batch-size 1 --threads 2 --seconds 1 --format e4m3 --model "
                        + model)
                    .split(" ")))
        .isEqualTo(ExitCode.SUCCESS);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern(model + " +1 +float32 +2 +[0-9.]+ +1.00")
        .containsPattern(model + " +1 +e4m3, inputs quantized +2 +[0-9.]+ +[0-9.]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench",
        "bench cube",
        "bench model",
        "bench gemm --shape 7x8",
        "bench gemm --seconds 0",
        "bench model --model fashion-vit --batch-size none",
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
