package fp8sim.cli;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that ask for much memory: one line before it is allocated, and exit code 4 or 3. */
@Timeout(60)
class MemoryLimitTest {
  /** Above what this JVM's heap may have, whatever ran before. */
  private static final String LIMIT = (Runtime.getRuntime().maxMemory() >> 20) + 512 + "M";

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writeInput() {
    input = folder.resolve("x.npy");
    Npy.write(input, Tensor.ofFloats(Shape.of(1, 4), 1, 2, 3, 4));
  }

  @AfterEach
  void restoreLimit() {
    NativeMemory.setLimit(0);
  }

  private static TestModel model() {
    return new TestModel(17).input("x", 1, 4).output("y");
  }

  private Cli run(TestModel model, String backend, String limit) throws IOException {
    Path file = Files.write(folder.resolve("big.onnx"), model.bytes());
    return Cli.run(
        "run",
        "--model",
        file,
        "--input",
        input,
        "--output-dir",
        folder.resolve("out"),
        "--backend",
        backend,
        "--max-memory",
        limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void largeIntermediateValues(String backend) throws IOException {
    TestModel mean = model().longs("n", 500_000_000, 4).longs("z", 0, 0, 499_999_999, 0);
    mean.node("Expand", "x n", "h").node("ReduceMean", "h", "y");
    run(mean, backend, LIMIT).refuses(ExitCode.BACKEND, "big.onnx", "\"n_h\"", "7630 MiB");
    TestModel tile = model().longs("n", 500_000_000, 1);
    tile.node("Tile", "x n", "h").node("ReduceMean", "h", "y");
    run(tile, backend, LIMIT).refuses(ExitCode.BACKEND, "\"n_h\"", "--batch-size");
    TestModel pad = model().longs("n", 0, 0, 499_999_999, 0);
    pad.node("Pad", "x n", "h").node("ReduceMean", "h", "y");
    run(pad, backend, LIMIT).refuses(ExitCode.BACKEND, "\"n_h\"");
  }

  @Test
  void generatedConstants() throws IOException {
    TestModel zeros = model().longs("n", 2_000_000_000);
    zeros.node("ConstantOfShape", "n", "h").node("ReduceMean", "h", "m").node("Add", "m x", "y");
    run(zeros, "cpu", LIMIT).refuses(ExitCode.BACKEND, "big.onnx", "\"n_m\"");
  }

  @Test
  void doublingAgainAndAgain() throws IOException {
    TestModel computed = model();
    TestModel constant = model().floats("c0", Shape.of(1, 4), 1, 2, 3, 4);
    String from = "x";
    for (int i = 1; i <= 28; i++) {
      computed.node("Concat", from + " " + from, "c" + i, integer("axis", 0));
      constant.node("Concat", "c" + (i - 1) + " c" + (i - 1), "c" + i, integer("axis", 0));
      from = "c" + i;
    }
    computed.node("ReduceMean", from, "y");
    constant.node("ReduceMean", from, "m").node("Add", "m x", "y");
    run(computed, "cpu", LIMIT).refuses(ExitCode.BACKEND, "big.onnx", "\"n_c28\"");
    run(constant, "cpu", LIMIT).refuses(ExitCode.BACKEND, "big.onnx", "\"n_c28\"");
    computed.node("Concat", "c28 c28", "d", integer("axis", 0)).output("d");
    run(computed, "cpu", LIMIT).refuses(ExitCode.INPUT, "\"n_d\"", "2^31-1");
  }

  @Test
  void packedWeights() throws IOException {
    TestModel model = model().initializer("w", Tensor.zeros(DataType.FLOAT, Shape.of(4, 100_000)));
    model.node("MatMul", "x w", "y");
    run(model, "cpu", "1M").refuses(ExitCode.BACKEND, "big.onnx", "n_y", "--max-memory is 1");
  }

  /** A Java of its own with 64 MiB of heap, and so of memory outside it. */
  private Cli runInSmallHeap(TestModel model) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("big.onnx"), model.bytes());
    Path err = folder.resolve("err.txt");
    Process java =
        new ProcessBuilder(
                ProgramProcess.jvm()
                    .with(List.of("-Xmx64m"))
                    .line(
                        Main.class.getName(),
                        List.of(
                            "run",
                            "--backend",
                            "reference",
                            "--model",
                            file.toString(),
                            "--input",
                            input.toString(),
                            "--output-dir",
                            folder.toString())))
            .redirectError(err.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int code = java.waitFor();
    String message =
        Files.readAllLines(err).stream()
            .filter(line -> !line.startsWith("WARNING: Using incubator"))
            .collect(Collectors.joining("\n"));
    ExitCode exitCode =
        Arrays.stream(ExitCode.values()).filter(e -> e.code() == code).findFirst().orElseThrow();
    return new Cli(exitCode, "", message);
  }

  @Test
  void aSmallHeap() throws IOException, InterruptedException {
    TestModel arrays = model().longs("n", 1, 1, 2_250_000, 4);
    arrays.node("Expand", "x n", "h").node("GlobalAveragePool", "h", "y");
    runInSmallHeap(arrays)
        .refuses(ExitCode.BACKEND, "big.onnx", "\"n_y\"", "69 MiB of Java heap", "-Xmx");
    TestModel values = model().longs("n", 1, 1, 5_000_000, 4);
    values.node("Expand", "x n", "h").node("GlobalAveragePool", "h", "y");
    runInSmallHeap(values)
        .refuses(ExitCode.BACKEND, "big.onnx", "\"n_h\"", "77 MiB", "outside its heap", "-Xmx");
  }

  @Test
  void whatFitsRuns() throws IOException {
    TestModel model = model().longs("n", 1000, 4);
    model.node("Expand", "x n", "h").node("ReduceMean", "h", "y", integers("axes", 0));
    assertThat(run(model, "cpu", LIMIT).exitCode()).isEqualTo(ExitCode.SUCCESS);
  }

  @Test
  void sizesThatAreNone() throws IOException {
    run(model().node("Relu", "x", "y"), "cpu", "4").refuses(ExitCode.USAGE, "--max-memory 4");
  }

  @Test
  void ranksBeyondAllUse() throws IOException {
    long[] ones = new long[100_000];
    Arrays.fill(ones, 1);
    TestModel model = model().longs("n", ones).node("Reshape", "x n", "y");
    run(model, "cpu", LIMIT).refuses(ExitCode.INPUT, "n_y");
    int[] dims = new int[65];
    Arrays.fill(dims, 1);
    TestModel deep = new TestModel(17).input("x", dims).output("y").node("Relu", "x", "y");
    run(deep, "cpu", LIMIT).refuses(ExitCode.INPUT, "\"x\"", "rank 65", "64");
  }
}
