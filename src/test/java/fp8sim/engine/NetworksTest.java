package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.conformance.Closeness;
import fp8sim.graph.Graph;
import fp8sim.npy.Npy;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small networks from PyTorch, with PyTorch's own results. */
class NetworksTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "networks");

  static List<Path> models() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  @Test
  void hasModels() throws IOException {
    assertThat(models()).hasSize(12);
  }

  @ParameterizedTest
  @MethodSource("models")
  void cpuAgreesWithPyTorch(Path model) {
    Tensor expected = Npy.read(companion(model, "output"));
    for (FloatMath floatMath : FloatMath.values()) {
      Tensor actual = run(model, input(model), "cpu", floatMath, 2);
      assertThat(Closeness.relativeL2(actual, expected)).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void cpuGivesTheBitsOfTheReference(Path model) {
    for (FloatMath floatMath : FloatMath.values()) {
      Tensor reference = run(model, input(model), "reference", floatMath, 1);
      Tensor cpu = run(model, input(model), "cpu", floatMath, 2);
      assertSameBits(cpu, reference);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void neitherThreadsNorBatchSplitChangeABit(Path model) {
    Tensor input = input(model);
    for (FloatMath floatMath : FloatMath.values()) {
      Tensor whole = run(model, input, "cpu", floatMath, 1);
      assertSameBits(run(model, input, "cpu", floatMath, 2), whole);
      assertSameBits(run(model, input, "cpu", floatMath, 7), whole);
      int batch = input.shape().dim(0);
      for (int i = 0; i < batch; i++) {
        Tensor single = run(model, rows(input, i), "cpu", floatMath, 1);
        assertSameBits(single, rows(whole, i));
      }
    }
  }

  private static Tensor run(
      Path model, Tensor input, String backend, FloatMath floatMath, int threads) {
    Graph graph = OnnxModel.read(model);
    Numerics numerics = Numerics.float32(floatMath);
    try (Network network = new Network(graph, numerics, Backends.choose(backend), threads)) {
      String name = network.blueprint().inputs().getFirst().name();
      Tensor output =
          network.run(Map.of(name, input)).get(network.blueprint().outputs().getFirst());
      return Tensor.ofFloats(output.shape(), output.toFloats());
    }
  }

  private static Tensor rows(Tensor tensor, int index) {
    Shape shape = tensor.shape().with(0, 1);
    long bytes = (long) shape.elements() * tensor.type().bytes();
    MemorySegment data = tensor.data().asSlice(index * bytes, bytes);
    return new Tensor(tensor.type(), shape, data);
  }

  private static void assertSameBits(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
  }

  private static Tensor input(Path model) {
    return Npy.read(companion(model, "input"));
  }

  private static Path companion(Path model, String kind) {
    String name = model.getFileName().toString();
    return FOLDER.resolve(name.substring(0, name.indexOf("_opset")) + "_" + kind + ".npy");
  }
}
