package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --format} leaves in float is named; if that is everything, it is an error. */
class UnquantizedTest {
  private static final Tensor INPUT = Tensor.ofFloats(Shape.of(1, 2), 1, 2);

  @TempDir Path folder;
  private Path model = Path.of("");
  private Path input = Path.of("");

  @BeforeEach
  void write() throws IOException {
    input = folder.resolve("x.npy");
    Npy.write(input, INPUT);
    model = folder.resolve("net.onnx");
    Files.write(
        model,
        new OperatorModel(17)
            .input("x", INPUT)
            .constant("w", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4))
            .node("Einsum", "x w", "e", "equation", "ai,ij->a")
            .node("MatMul", "x w", "m")
            .node("Mul", "m e", "y")
            .bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--format", "--weights"})
  void runAndInspectNameWhatStaysInFloat(String option) {
    String expected =
        "net.onnx: products that stay in float: e_node (Einsum sums an axis of one operand alone)";
    for (Cli cli :
        new Cli[] {
          Cli.run("inspect", "--model", model, option, "e4m3"),
          Cli.run(
              "run",
              "--model",
              model,
              "--input",
              input,
              "--calibration",
              input,
              option,
              "e4m3",
              "--output-dir",
              folder),
        }) {
      assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
      assertThat(cli.err().lines().filter(line -> line.endsWith(expected))).hasSize(1);
    }
    assertThat(Cli.run("inspect", "--model", model).err()).isEmpty();
  }

  @Test
  void aFormatThatChangesNothingIsRefused() throws IOException {
    Files.write(
        model,
        new OperatorModel(17)
            .input("x", INPUT)
            .constant("w", Tensor.ofFloats(Shape.of(2), 1, 2))
            .node("Mul", "x w", "y")
            .bytes());
    Cli.run("inspect", "--model", model, "--format", "e4m3")
        .refuses(ExitCode.USAGE, "net.onnx", "nothing is quantized", "no layer has a weight");
    Cli.run(
            "run",
            "--model",
            model,
            "--input",
            input,
            "--calibration",
            input,
            "--format",
            "e4m3",
            "--output-dir",
            folder)
        .refuses(ExitCode.USAGE, "nothing is quantized");
  }

  @Test
  void overridesThatLeaveEveryLayerInFloatAreRefused() {
    Cli.run("inspect", "--model", model, "--format", "e4m3", "--layer", "*:format=fp32")
        .refuses(ExitCode.USAGE, "nothing is quantized", "leave every layer in float");
  }
}
