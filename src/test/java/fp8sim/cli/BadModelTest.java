package fp8sim.cli;

import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile models: one line that names file and node, and exit code 3. */
@Timeout(60)
class BadModelTest {
  private static final Path SOUND =
      Path.of("src", "test", "resources", "networks", "efficientnet_opset17.onnx");

  @TempDir Path folder;

  private void refuses(byte[] model, Object... parts) throws IOException {
    Path file = Files.write(folder.resolve("bad.onnx"), model);
    Cli.run("inspect", "--model", file).refuses(ExitCode.INPUT, file);
    Cli.run("inspect", "--model", file).refuses(ExitCode.INPUT, parts);
  }

  private void refuses(TestModel model, Object... parts) throws IOException {
    refuses(model.bytes(), parts);
  }

  /** A model with input {@code x} and output {@code y}; its nodes are called n_OUTPUT. */
  private static TestModel model(int... inputDims) {
    return new TestModel(17).input("x", inputDims).output("y");
  }

  private static Tensor zeros(int... dims) {
    return Tensor.zeros(DataType.FLOAT, Shape.of(dims));
  }

  @Test
  void aModelThatIsNoFile() {
    Cli.run("inspect", "--model", folder.resolve("none.onnx"))
        .refuses(ExitCode.INPUT, folder.resolve("none.onnx"), "no such file");
    Cli.run("inspect", "--model", folder).refuses(ExitCode.INPUT, folder);
  }

  @Test
  void emptyAndForeignFiles() throws IOException {
    refuses(new byte[0], "empty");
    refuses("hello, world".getBytes(StandardCharsets.UTF_8), "not a valid");
    refuses(new byte[4096], "not a valid");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100, 1000, 20_000, 74_107})
  void truncated(int length) throws IOException {
    refuses(Arrays.copyOf(Files.readAllBytes(SOUND), length));
  }

  @Test
  void aLengthOfTwoGigabytesInOneKilobyte() throws IOException {
    byte[] bytes = new byte[1024];
    bytes[0] = 7 << 3 | 2; // ModelProto.graph
    byte[] length = {-1, -1, -1, -1, 7};
    System.arraycopy(length, 0, bytes, 1, length.length);
    refuses(bytes, "damaged or truncated");
  }

  @Test
  void cycles() throws IOException {
    refuses(
        model(4).node("Add", "x b", "a").node("Relu", "a", "b").node("Relu", "b", "y"),
        "n_a",
        "cycle");
    refuses(model(4).node("Add", "x y", "y"), "n_y", "cycle");
  }

  @Test
  void missingInitializers() throws IOException {
    refuses(model(4).node("Add", "x weight", "y"), "n_y", "\"weight\"");
  }

  @Test
  void wrongRanks() throws IOException {
    refuses(model(1, 3, 8, 8).initializer("w", zeros(3)).node("Conv", "x w", "y"), "n_y");
    refuses(model(2, 3, 4).initializer("w", zeros(4)).node("Gemm", "x w", "y"), "n_y");
    refuses(model(2, 3).node("Transpose", "x", "y", TestModel.integers("perm", 0, 5)), "n_y");
    refuses(model(2, 3).node("MaxPool", "x", "y", TestModel.integers("kernel_shape", 2, 2)), "n_y");
  }

  @Test
  void sizesThatDoNotFit() throws IOException {
    refuses(model(2, 3).initializer("w", zeros(4, 5)).node("MatMul", "x w", "y"), "n_y");
    refuses(model(2, 3).longs("s", 4, 5).node("Reshape", "x s", "y"), "n_y");
    refuses(
        model(1, 3, 8, 8).initializer("w", zeros(1, 3, 99, 99)).node("Conv", "x w", "y"), "n_y");
  }

  @Test
  void negativeSizes() throws IOException {
    TestModel negativeInput = model(4).node("Relu", "x", "y");
    negativeInput
        .graph()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(-7);
    refuses(negativeInput, "\"x\"", "-7");
    refuses(model(4).longs("s", -2, -2).node("Reshape", "x s", "y"), "n_y");
    refuses(
        model(1, 1, 8, 8)
            .initializer("w", zeros(1, 1, 3, 3))
            .node("Conv", "x w", "y", TestModel.integers("strides", -1, 0)),
        "n_y");
    refuses(
        model(1, 1, 8, 8).node("MaxPool", "x", "y", TestModel.integers("kernel_shape", -2, 0)),
        "n_y");
    refuses(
        model(1, 1, 8, 8)
            .node(
                "MaxPool",
                "x",
                "y",
                TestModel.integers("kernel_shape", 2, 2),
                TestModel.integers("dilations", 0, -1)),
        "n_y");
    refuses(model(4).longs("s", -3).node("ConstantOfShape", "s", "y"), "n_y");
    refuses(model(4).longs("p", -3, -3).node("Pad", "x p", "y"), "n_y");
  }

  @Test
  void hugeSizes() throws IOException {
    int big = 1 << 20;
    refuses(model(big, big, big).node("Relu", "x", "y"), "\"x\"");
    refuses(model(4).longs("s", big, big, 4).node("Expand", "x s", "y"), "n_y");
    refuses(model(4).longs("s", big, big).node("ConstantOfShape", "s", "y"), "n_y");
    refuses(model(4).longs("p", 0, Integer.MAX_VALUE).node("Pad", "x p", "y"), "n_y");
    refuses(model(4).longs("r", Long.MAX_VALUE).node("Tile", "x r", "y"), "n_y");
  }

  @Test
  void moreMemoryThanThereIs() throws IOException {
    TestModel model = model(1).longs("s", 1 << 20, 2000);
    List<String> large = IntStream.range(0, 500).mapToObj(i -> "a" + i).toList();
    large.forEach(name -> model.node("Expand", "x s", name));
    model.node("Sum", String.join(" ", large), "y");
    Path file = Files.write(folder.resolve("large.onnx"), model.bytes());
    Path input = folder.resolve("x.npy");
    Npy.write(input, Tensor.ofFloats(Shape.of(1), 1));
    Cli.run("run", "--model", file, "--input", input, "--output-dir", folder.resolve("out"))
        .refuses(ExitCode.BACKEND, file, "MiB");
  }
}
