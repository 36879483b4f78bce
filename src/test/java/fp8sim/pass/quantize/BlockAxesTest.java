package fp8sim.pass.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.TestModel;
import fp8sim.pass.SmallEvaluator;
import fp8sim.pass.rewrite.Passes;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Along which axis blocks lie: each test states it for all quantizers of a small network. */
class BlockAxesTest {
  private static final Map<String, List<String>> INPUTS = Map.of("format", List.of("mxfp4"));
  private static final Map<String, List<String>> OUTPUTS =
      Map.of("format", List.of("nvfp4"), "quantize", List.of("output"));
  private static final Map<String, List<String>> ATTENTION =
      Map.of("format", List.of("mxfp4"), "quantize-extra", List.of("attention"));

  private static TestModel weight(TestModel model, String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 7 - 3) / 4f;
    }
    return model.floats(name, shape, values);
  }

  private static List<String> axes(TestModel model, Map<String, List<String>> options) {
    Graph read = model.read();
    int[] dims =
        read.inputs().getFirst().dims().stream().mapToInt(GraphInput.Dimension::size).toArray();
    Map<String, Shape> shapes = Map.of("x", Shape.of(dims));
    Graph graph = Passes.prepare(read, shapes, Map.of(), new SmallEvaluator());
    List<String> axes = new ArrayList<>();
    QuantizerPlacement.place(graph, NumericsParser.parse(options), false)
        .quantizers()
        .forEach(
            (id, spec) -> {
              assertThat(spec.channels().isTensor()).isTrue();
              axes.add(id + " " + spec.blockAxis());
            });
    return axes;
  }

  private static TestModel convolutions() {
    TestModel model = new TestModel(17).input("x", 1, 2, 5, 5);
    weight(model, "u", 4, 2, 3, 3);
    weight(model, "v", 4, 4, 1, 1);
    weight(model, "w", 4, 4);
    return model
        .node("Conv", "x u", "a")
        .node("ConvTranspose", "a v", "b")
        .node("Add", "a b", "s")
        .node("GlobalAveragePool", "s", "p")
        .node("Flatten", "p", "f")
        .node("Gemm", "f w", "y", TestModel.integer("transB", 1))
        .output("y");
  }

  @Test
  void blocksLieAlongTheAxisThatIsSummedOver() {
    assertThat(axes(convolutions(), INPUTS))
        .containsExactly(
            "n_a/weight 1",
            "n_a/input 1",
            "n_b/weight 0",
            "n_b/input 1",
            "n_s/output 1",
            "n_y/weight 1",
            "n_y/input 1");
  }

  @Test
  void outputsHaveTheAxisOfTheirReaders() {
    assertThat(axes(convolutions(), OUTPUTS))
        .containsExactly(
            "n_a/weight 1",
            "n_a/output 1",
            "n_b/weight 0",
            "n_b/output 1",
            "n_s/output 1",
            "n_p/output 1",
            "n_y/weight 1",
            "n_y/output -1");
  }

  @Test
  void matrixProductsHaveThemAlongK() {
    TestModel model = new TestModel(17).input("x", 2, 3, 4);
    weight(model, "w", 4, 4);
    model
        .node("MatMul", "x w", "q")
        .node("Transpose", "x", "t", TestModel.integers("perm", 0, 2, 1));
    model.node("MatMul", "q t", "s").node("MatMul", "s x", "y").output("y");
    assertThat(axes(model, ATTENTION))
        .containsExactly(
            "n_q/weight -2", "n_q/input -1", "n_s/a -1", "n_s/b -1", "n_y/a -1", "n_y/b -2");
  }

  /** Behind a broadcast to more axes the channels of a convolution are another axis. */
  @Test
  void axesAreThoseOfTheValue() {
    TestModel model = new TestModel(17).input("x", 16);
    weight(model, "w", 16, 5);
    weight(model, "b", 1, 2, 5, 5);
    weight(model, "u", 4, 2, 3, 3);
    model.node("MatMul", "x w", "m").node("Add", "m b", "s").node("Conv", "s u", "y").output("y");
    assertThat(axes(model, OUTPUTS)).contains("n_m/output -1");
  }

  @Test
  void longChainsAreWalked() {
    TestModel model = new TestModel(17).input("x", 1, 2, 5, 5);
    weight(model, "u", 2, 2, 3, 3);
    model.node("Conv", "x u", "v0");
    int length = 30_000;
    for (int i = 0; i < length; i++) {
      model.node("Sin", "v" + i, "v" + (i + 1));
    }
    model.node("Relu", "v" + length, "y").output("y");
    assertThat(axes(model, OUTPUTS)).contains("n_v0/output 1");
  }
}
