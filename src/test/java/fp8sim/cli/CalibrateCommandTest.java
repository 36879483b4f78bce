package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges by {@code calibrate} and {@code --ranges}, and what is said about values not finite. */
class CalibrateCommandTest {
  @TempDir Path folder;

  private final Random random = new Random(4);
  private Path model;
  private Path samples;
  private Path input;
  private Path ranges;

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("two.onnx");
    TestModel two =
        new TestModel(17)
            .input("x", -1, 6)
            .floats("a", Shape.of(6, 5), numbers(30))
            .floats("b", Shape.of(5, 4), numbers(20))
            .node("MatMul", "x a", "h")
            .node("Relu", "h", "r")
            .node("MatMul", "r b", "y")
            .output("y");
    Files.write(model, two.bytes());
    samples = folder.resolve("samples.npy");
    input = folder.resolve("x.npy");
    ranges = folder.resolve("ranges.json");
    Npy.write(samples, Tensor.ofFloats(Shape.of(50, 6), numbers(300)));
    Npy.write(input, Tensor.ofFloats(Shape.of(3, 6), numbers(18)));
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private void calibrate(Object... options) {
    Cli cli =
        call(options, "calibrate", "--model", model, "--calibration", samples, "--output", ranges);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
  }

  private Cli run(String name, Object... options) {
    return call(
        options, "run", "--model", model, "--input", input, "--output-dir", folder.resolve(name));
  }

  private static Cli call(Object[] options, Object... words) {
    Object[] all = new Object[words.length + options.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    return Cli.run(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"e4m3", "int8", "ofp8-e5m2"})
  void rangesOfAFileGiveTheSameBits(String format) throws IOException {
    calibrate("--format", format);
    Cli found = run("found", "--format", format, "--calibration", samples);
    assertThat(found.exitCode()).as(found.err()).isEqualTo(ExitCode.SUCCESS);
    Cli read = run("read", "--format", format, "--ranges", ranges);
    assertThat(read.exitCode()).as(read.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(Files.readAllBytes(folder.resolve("read/y.npy")))
        .isEqualTo(Files.readAllBytes(folder.resolve("found/y.npy")));
  }

  @Test
  void namesAQuantizerThatTheFileLacks() {
    calibrate("--format", "e4m3");
    run("out", "--format", "e4m3", "--quantize", "output", "--ranges", ranges)
        .refuses(ExitCode.INPUT, "n_h/output", "calibrate");
  }

  @Test
  void namesAnotherModelsRanges() throws IOException {
    calibrate("--format", "e4m3");
    TestModel other =
        new TestModel(17)
            .input("x", -1, 6)
            .floats("a", Shape.of(6, 5), numbers(30))
            .node("MatMul", "x a", "y")
            .output("y");
    Files.write(model, other.bytes());
    run("out", "--format", "e4m3", "--ranges", ranges).refuses(ExitCode.INPUT, ranges);
  }

  @Test
  void saysWhereValuesWereNotFinite() {
    float[] numbers = numbers(18);
    numbers[3] = Float.NaN;
    numbers[17] = Float.NEGATIVE_INFINITY;
    Npy.write(input, Tensor.ofFloats(Shape.of(3, 6), numbers));
    Cli cli = run("out", "--format", "e4m3", "--calibration", samples);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    // The NaN makes a row of five, which the second layer's quantizer meets.
    assertThat(cli.err())
        .contains("6 NaN and 1 infinite values", "n_h/input (1, 1)", "n_y/input (5, 0)");
  }
}
