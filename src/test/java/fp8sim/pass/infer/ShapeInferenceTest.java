package fp8sim.pass.infer;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.Window;
import fp8sim.onnx.TestModel;
import fp8sim.pass.SmallEvaluator;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeInferenceTest {

  private static TestModel model(int... dims) {
    return new TestModel(17).input("x", dims);
  }

  private static Graph infer(TestModel model, Shape shape) {
    return infer(model, Map.of("x", shape), Map.of());
  }

  private static Graph infer(
      TestModel model, Map<String, Shape> shapes, Map<String, Tensor> values) {
    return ShapeInference.infer(model.read(), shapes, values, new SmallEvaluator());
  }

  private static void assertRefused(TestModel model, Shape shape, String... parts) {
    assertThatThrownBy(() -> infer(model, shape))
        .isInstanceOfSatisfying(
            Fp8simException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT);
              assertThat(e.getMessage()).startsWith("test.onnx: ").contains(parts);
            });
  }

  @Test
  void everyValueHasATypeAndInputsAreFixed() {
    TestModel model = model(-1, 3).node("Relu", "x", "a").node("Shape", "a", "y");
    Graph graph = infer(model.output("y", DataType.INT64), Shape.of(5, 3));
    assertThat(graph.typeOf("a")).isEqualTo(new TensorType(DataType.FLOAT, Shape.of(5, 3)));
    assertThat(graph.inputs().getFirst().dims()).noneMatch(dim -> dim.isDynamic());
    assertThat(ConstantElements.longs(graph.initializers().get("y"))).containsExactly(5, 3);
  }

  @Test
  void windowsAreResolved() {
    TestModel model = model(1, 2, 7, 7).floats("w", Shape.of(3, 2, 3, 2), new float[36]);
    model.node(
        "Conv", "x w", "y", TestModel.string("auto_pad", "SAME_UPPER"), integers("strides", 2, 2));
    Graph graph = infer(model.output("y"), Shape.of(1, 2, 7, 7));
    assertThat(graph.nodes().getFirst().op())
        .isInstanceOfSatisfying(
            Op.Conv.class,
            conv -> {
              assertThat(conv.window().isResolved(2)).isTrue();
              assertThat(conv.window().autoPad()).isEqualTo(Window.AutoPad.NOTSET);
              assertThat(conv.window().pads()).containsExactly(1, 0, 1, 1);
            });
    assertThat(graph.typeOf("y").shape()).isEqualTo(Shape.of(1, 3, 4, 4));
  }

  @Test
  void operandsTakeTheirNormalForm() {
    TestModel model = model(2, 3, 8).longs("s", -1, 0).longs("e", Long.MIN_VALUE, 2);
    model.longs("a", -1, 0).longs("t", -3, 1).node("Slice", "x s e a t", "y");
    model.node("Softmax", "y", "z", integer("axis", -2)).output("z");
    Graph graph = infer(model, Shape.of(2, 3, 8));
    Node slice = graph.nodes().getFirst();
    assertThat(constants(graph, slice.inputs().subList(1, 5)))
        .containsExactly(
            List.of(0L, 0L, 7L), List.of(2L, 3L, -9L), List.of(0L, 1L, 2L), List.of(1L, 1L, -3L));
    assertThat(graph.nodes().get(1).op()).isEqualTo(new Op.Softmax(1, false, false));
    assertThat(graph.typeOf("z").shape()).isEqualTo(Shape.of(2, 3, 3));
  }

  private static List<List<Long>> constants(Graph graph, List<String> names) {
    return names.stream()
        .map(name -> Arrays.stream(ConstantElements.longs(graph.initializers().get(name))))
        .map(values -> values.boxed().toList())
        .toList();
  }

  @Test
  void mappedConstantsAreReshapedInPlace() {
    TestModel model = model(2, 3).floats("w", Shape.of(6), 1, 2, 3, 4, 5, 6).longs("s", 3, 2);
    model.node("Reshape", "w s", "v").node("MatMul", "x v", "y").output("y");
    Graph graph = infer(model, Shape.of(2, 3));
    assertThat(graph.initializers().get("v").data().address())
        .isEqualTo(graph.initializers().get("w").data().address());
  }

  @Test
  void namesInputsWhoseValuesDecideShapes() {
    TestModel model = model(2, 6).input("shape", DataType.INT64, 2).node("Reshape", "x shape", "y");
    model.output("y");
    assertThat(ShapeInference.valueInputs(model.read())).containsExactly("shape");
    Map<String, Shape> shapes = Map.of("x", Shape.of(2, 6), "shape", Shape.of(2));
    assertThatThrownBy(() -> infer(model, shapes, Map.of()))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining(
            "Reshape node \"n_y\": its shape depends on the values of graph input shape");
    Map<String, Tensor> values = Map.of("shape", Tensor.ofLongs(Shape.of(2), 4, -1));
    Graph graph = infer(model, shapes, values);
    assertThat(graph.typeOf("y").shape()).isEqualTo(Shape.of(4, 3));
    assertThat(graph.inputs()).extracting(input -> input.name()).containsExactly("x");
  }

  @Test
  void shapesOfShapesNeedNoValues() {
    TestModel model = model(-1, 6).node("Shape", "x", "s").node("Reshape", "x s", "y").output("y");
    assertThat(ShapeInference.valueInputs(model.read())).isEmpty();
    assertThat(infer(model, Shape.of(3, 6)).typeOf("y").shape()).isEqualTo(Shape.of(3, 6));
  }

  @Test
  void refusesShapesThatDependOnComputedValues() {
    TestModel model =
        model(2, 6).node("ReduceSum", "x", "s").node("Cast", "s", "c", integer("to", 7));
    model.longs("one", 1).node("Reshape", "c one", "d").node("Expand", "x d", "y").output("y");
    assertThat(ShapeInference.valueInputs(model.read())).isEmpty();
    assertRefused(model, Shape.of(2, 6), "Expand node \"n_y\"", "depends on computed values");
  }

  @Test
  void refusesWrongInputs() {
    TestModel model = model(-1, 3).node("Relu", "x", "y").output("y");
    assertRefused(model, Shape.of(2, 4), "input \"x\" is declared as N1x3, not 2x4");
    assertRefused(model, Shape.of(3), "not 3");
    assertThatThrownBy(() -> infer(model, Map.of(), Map.of()))
        .hasMessageContaining("input \"x\" needs a shape");
  }

  @Test
  void refusesShapesThatDoNotFit() {
    Shape shape = Shape.of(2, 3, 4, 4);
    TestModel product = model(2, 3, 4, 4).floats("w", Shape.of(5, 2), new float[10]);
    assertRefused(
        product.node("MatMul", "x w", "y").output("y"), shape, "MatMul node \"n_y\"", "4 and 5");
    TestModel sum = model(2, 3, 4, 4).floats("w", Shape.of(3), 1, 2, 3).node("Add", "x w", "y");
    assertRefused(sum.output("y"), shape, "n_y", "2x3x4x4 and 3 cannot be broadcast");
    TestModel conv = model(2, 3, 4, 4).floats("w", Shape.of(2, 2, 1, 1), 1, 2, 3, 4);
    assertRefused(conv.node("Conv", "x w", "y").output("y"), shape, "n_y", "does not fit weight");
    TestModel window = model(2, 3, 4, 4);
    window.node("MaxPool", "x", "y", integers("kernel_shape", 5, 1)).output("y");
    assertRefused(window, shape, "n_y", "spans 5 elements");
    TestModel reshape = model(2, 3, 4, 4).longs("s", 7, -1).node("Reshape", "x s", "y").output("y");
    assertRefused(reshape, shape, "n_y", "cannot take the shape [7, -1]");
    TestModel axis = model(2, 3, 4, 4).node("Softmax", "x", "y", integer("axis", 4)).output("y");
    assertRefused(axis, shape, "n_y", "axis 4 is outside rank 4");
    TestModel type = model(2, 3, 4, 4).longs("w", 1).node("Add", "x w", "y").output("y");
    assertRefused(type, shape, "n_y", "INT64", "FLOAT");
    TestModel huge = model(2, 3, 4, 4).longs("r", 1 << 20, 1 << 20, 1, 1).node("Tile", "x r", "y");
    assertRefused(huge.output("y"), shape, "Tile node \"n_y\"", "2^31-1");
  }

  @Test
  void largeResultsAreNotFolded() {
    TestModel model = model(1).longs("s", 1 << 15, 1 << 12).node("ConstantOfShape", "s", "c");
    model.node("Add", "x c", "y").output("y");
    Graph graph = infer(model, Shape.of(1));
    assertThat(graph.nodes()).extracting(Node::name).containsExactly("n_c", "n_y");
  }

  @Test
  void longProductsAndManyLargeConstantsAreNotFolded() {
    TestModel model = model(1).longs("s", 1 << 11, 1 << 11).node("ConstantOfShape", "s", "c");
    model.node("MatMul", "c c", "y").output("y");
    assertThat(infer(model, Shape.of(1)).nodes()).extracting(Node::name).containsExactly("n_y");
    TestModel many = model(1).longs("s", 1 << 12, 1 << 12);
    for (int i = 0; i < 20; i++) {
      many.node("ConstantOfShape", "s", "c" + i).output("c" + i);
    }
    assertThat(infer(many, Shape.of(1)).nodes()).hasSize(16);
  }
}
