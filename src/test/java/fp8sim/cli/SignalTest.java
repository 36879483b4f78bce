package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import fp8sim.common.JsonFile;
import fp8sim.npy.Npy;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts real processes at any moment: 130 and nothing half-written, or 0 and the result. */
@Timeout(600)
@DisabledOnOs(OS.WINDOWS)
class SignalTest {
  private static final int TRIES = 6;
  private static final int INTERRUPTED = 130;

  /** What Java says to a signal before it has modules, let alone this program. */
  private static final String BEFORE_MAIN =
      "Runtime.exit(130) logging failed: Cannot invoke \"java.lang.Module";

  @TempDir Path folder;
  private Path errors;

  private List<String> words(String command, Path output) {
    List<String> words = new ArrayList<>(List.of(command, "--model", "fashion-resnet"));
    words.addAll(List.of("--threads", "1", "--json", output.resolve("result.json").toString()));
    switch (command) {
      case "calibrate" ->
          words.addAll(
              List.of(
                  "--format",
                  "e4m3",
                  "--calibration-batches",
                  "1",
                  "--output",
                  output.resolve("result.2.json").toString()));
      case "eval" ->
          words.addAll(
              List.of("--limit", "32", "--predictions", output.resolve("p.csv").toString()));
      default -> {
        Path input = folder.resolve("x.npy");
        Npy.write(input, Tensor.zeros(DataType.FLOAT, Shape.of(1, 1, 28, 28)));
        words.addAll(List.of("--input", input.toString(), "--output-dir", output.toString()));
      }
    }
    return words;
  }

  private Process start(List<String> words) throws IOException {
    errors = folder.resolve("errors.txt");
    return new ProcessBuilder(ProgramProcess.line(words))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(errors.toFile())
        .start();
  }

  private static void interrupt(Process process) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @ParameterizedTest
  @ValueSource(strings = {"calibrate", "eval", "run"})
  void interruptedAtAnyMoment(String command) throws Exception {
    Path whole = Files.createDirectory(folder.resolve("whole"));
    long start = System.nanoTime();
    assertThat(start(words(command, whole)).waitFor()).isZero();
    long micros = (System.nanoTime() - start) / 1000;
    SplittableRandom random = new SplittableRandom(command.hashCode());
    for (int i = 0; i < TRIES; i++) {
      Path output = Files.createDirectory(folder.resolve("try" + i));
      Process process = start(words(command, output));
      // Half of the signals come near the end.
      long from = i % 2 == 0 ? 0 : 3 * micros / 4;
      process.waitFor(random.nextLong(from, 5 * micros / 4), TimeUnit.MICROSECONDS);
      interrupt(process);
      int code = process.waitFor();
      assertThat(code).isIn(0, INTERRUPTED);
      assertThat(Files.readAllLines(errors))
          .filteredOn(line -> !line.startsWith(BEFORE_MAIN))
          .noneMatch(line -> line.contains("logging failed") || line.contains("Exception"));
      int files = 0;
      try (DirectoryStream<Path> all = Files.newDirectoryStream(output)) {
        for (Path file : all) {
          assertThat(file.toString()).doesNotEndWith(".tmp");
          files++;
          if (file.toString().endsWith(".json")) {
            JsonObject json = JsonFile.read(file);
            assertThat(json.size()).isPositive();
          }
        }
      }
      if (code == 0) {
        assertThat(files).isEqualTo(count(whole));
      }
    }
  }

  private static int count(Path folder) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      int count = 0;
      for (Path file : all) {
        count += Files.isRegularFile(file) ? 1 : 0;
      }
      return count;
    }
  }
}
