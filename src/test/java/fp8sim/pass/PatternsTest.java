package fp8sim.pass;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.NodeProto;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.onnx.Oracle;
import fp8sim.onnx.TestModel;
import fp8sim.pass.rewrite.Passes;
import fp8sim.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What exporters write is recognised, and still computes what ONNX Runtime computes. */
class PatternsTest {

  private static List<Node> prepared(TestModel model) {
    Graph graph = model.read();
    Map<String, Shape> shapes = new HashMap<>();
    for (GraphInput input : graph.inputs()) {
      shapes.put(
          input.name(),
          Shape.of(input.dims().stream().mapToInt(GraphInput.Dimension::size).toArray()));
    }
    return Passes.prepare(graph, shapes, Map.of(), new SmallEvaluator()).nodes();
  }

  /** The operators left, in order. */
  private static void assertBecomes(TestModel model, String... operators) {
    assertThat(prepared(model)).extracting(node -> node.op().onnxName()).containsExactly(operators);
    Oracle.check(model);
  }

  private static TestModel model() {
    return new TestModel(13).input("x", 2, 4, 6);
  }

  /**
   * Nodes as {@code Mul x w y; Add y b z}; the last output is the model's. Constants are written as
   * numbers.
   */
  private static TestModel model(String nodes) {
    TestModel model = model();
    String last = "";
    for (String text : nodes.split(";", 0)) {
      String[] words = text.trim().split(" ");
      for (int i = 1; i < words.length - 1; i++) {
        if (words[i].matches("[-0-9.]+")) {
          String name = "c" + model.graph().getInitializerCount();
          model.scalar(name, Float.parseFloat(words[i]));
          words[i] = name;
        }
      }
      last = words[words.length - 1];
      String inputs = String.join(" ", List.of(words).subList(1, words.length - 1));
      model.node(words[0], inputs, last);
    }
    return model.output(last);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Div x 1.4142135 a; Erf a b; Add b 1 c; Mul x c d; Mul d 0.5 y",
        "Mul x 0.70710678 a; Erf a b; Add 1 b c; Mul x 0.5 d; Mul d c y",
        "Div x 1.4142 a; Erf a b; Add b 1 c; Mul c 0.5 d; Mul x d y",
        "Div x 1.4142135 a; Erf a b; Add b 1 c; Mul x c d; Div d 2 y",
        "Mul x 0.70710678 a; Erf a b; Mul b 0.5 c; Add c 0.5 d; Mul x d y"
      })
  void geluWithErf(String nodes) {
    assertBecomes(model(nodes), "Gelu");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pow x 3 a; Mul a 0.044715 b; Add x b c; Mul c 0.7978845608 d; Tanh d e; Add e 1 f;"
            + " Mul x 0.5 g; Mul g f y",
        "Mul x x a; Mul a x b; Mul 0.044715 b c; Add c x d; Mul 0.7978845608 d e; Tanh e f;"
            + " Add 1 f g; Mul x g h; Mul 0.5 h y",
        "Mul x 0.7978845608 a; Mul x x b; Mul b 0.044715 c; Add c 1 d; Mul a d e; Tanh e f;"
            + " Add f 1 g; Mul x g h; Mul h 0.5 y"
      })
  void geluWithTanh(String nodes) {
    assertBecomes(model(nodes), "Gelu");
    assertThat(((Op.Unary) prepared(model(nodes)).getFirst().op()).function().name())
        .isEqualTo("GELU_TANH");
  }

  @Test
  void gatedActivations() {
    assertBecomes(model("Sigmoid x a; Mul x a y"), "Silu");
    assertBecomes(model("Sigmoid x a; Mul a x y"), "Silu");
    assertBecomes(model("Softplus x a; Tanh a b; Mul x b y"), "Mish");
    assertBecomes(model("Add x 3 a; Clip a 0 6 b; Mul x b c; Div c 6 y"), "HardSwish");
    assertBecomes(model("Add x 3 a; Clip a 0 6 b; Div b 6 c; Mul x c y"), "HardSwish");
    assertBecomes(model("Add x 3 a; Clip a 0 6 b; Mul b 0.16666667 y"), "HardSigmoid");
    TestModel hardSigmoid = model();
    hardSigmoid.node("HardSigmoid", "x", "a", TestModel.number("alpha", 1f / 6));
    assertBecomes(hardSigmoid.node("Mul", "x a", "y").output("y"), "HardSwish");
  }

  @Test
  void almostPatternsStay() {
    assertBecomes(model("Sigmoid x a; Relu x b; Mul a b y"), "Sigmoid", "Relu", "Mul");
    assertBecomes(
        model("Div x 1.5 a; Erf a b; Add b 1 c; Mul x c d; Mul d 0.5 y"),
        "Div",
        "Erf",
        "Add",
        "Mul",
        "Mul");
    assertBecomes(
        model("Add x 3 a; Clip a 0 6 b; Mul x b c; Div c 5 y"), "Add", "Clip", "Mul", "Div");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pow d 2", "Mul d d"})
  void layerNormalization(String square) {
    for (String divide : List.of("Div d s n", "Reciprocal s r; Mul d r n")) {
      TestModel model =
          layer("Sub x m d; " + square + " q", "Add v 0.00001 e; Sqrt e s; " + divide)
              .node("Mul", "n w", "o")
              .node("Add", "o b", "y")
              .output("y");
      model.floats("w", Shape.of(6), 1, 2, 3, 4, 5, 6).floats("b", Shape.of(6), 6, 5, 4, 3, 2, 1);
      assertBecomes(model, "LayerNormalization");
      Node node = prepared(model).getFirst();
      assertThat(node.op()).isEqualTo(new Op.LayerNormalization(2, 0.00001f));
      assertThat(node.inputs()).hasSize(3);
    }
  }

  @Test
  void layerNormalizationOfKeras() {
    TestModel model =
        layer(
            "Sub x m d; Mul d d q",
            "Add v 0.001 e; Sqrt e s; Reciprocal s r; Mul r w f; Mul x f g; Mul m f h");
    model.floats("w", Shape.of(6), 1, 2, 3, 4, 5, 6).floats("b", Shape.of(6), 6, 5, 4, 3, 2, 1);
    model.node("Sub", "b h", "i").node("Add", "g i", "y").output("y");
    assertBecomes(model, "LayerNormalization");
  }

  @Test
  void layerNormalizationWithoutScale() {
    TestModel model = layer("Sub x m d; Mul d d q", "Add v 0.01 e; Sqrt e s; Div d s n");
    assertBecomes(model.output("n"), "LayerNormalization");
    TestModel shifted = layer("Sub x m d; Mul d d q", "Add v 0.01 e; Sqrt e s; Div d s n");
    shifted.input("z", 2, 4, 6).node("Mul", "n z", "y").output("y");
    assertBecomes(shifted, "LayerNormalization", "Mul");
  }

  @Test
  void normalizationOverOtherAxesStays() {
    TestModel model = model();
    model.node("ReduceMean", "x", "m", integers("axes", 1)).node("Sub", "x m", "d");
    model.node("Mul", "d d", "q").node("ReduceMean", "q", "v", integers("axes", 1));
    model.scalar("c", 0.01f).node("Add", "v c", "e").node("Sqrt", "e", "s");
    assertThat(prepared(model.node("Div", "d s", "y").output("y")))
        .noneMatch(node -> node.op() instanceof Op.LayerNormalization);
  }

  /** Mean, what {@code first} makes of it up to q, the mean v of that, and what follows. */
  private static TestModel layer(String first, String second) {
    TestModel model = model();
    model.node("ReduceMean", "x", "m", integers("axes", -1));
    add(model, first);
    model.node("ReduceMean", "q", "v", integers("axes", -1));
    add(model, second);
    return model;
  }

  private static void add(TestModel model, String nodes) {
    TestModel part = model(nodes);
    part.graph().getInitializerList().forEach(i -> rename(model, part, i.getName()));
    model.graph().addAllInitializer(part.graph().getInitializerList());
    model.graph().addAllNode(part.graph().getNodeList());
  }

  /** Constants of parts are numbered from 0: give them names of their own. */
  private static void rename(TestModel model, TestModel part, String name) {
    String own = name + "_" + model.graph().getNodeCount();
    part.graph().getNodeBuilderList().forEach(node -> replaceInput(node, name, own));
    part.graph().getInitializerBuilderList().stream()
        .filter(initializer -> initializer.getName().equals(name))
        .forEach(initializer -> initializer.setName(own));
  }

  private static void replaceInput(NodeProto.Builder node, String name, String own) {
    for (int i = 0; i < node.getInputCount(); i++) {
      if (node.getInput(i).equals(name)) {
        node.setInput(i, own);
      }
    }
  }

  private static TestModel heads() {
    return new TestModel(13)
        .input("q", 2, 5, 3, 4)
        .input("k", 2, 7, 3, 4)
        .input("v", 2, 3, 7, 6)
        .node("Transpose", "q", "qt", integers("perm", 0, 2, 1, 3));
  }

  @Test
  void attentionWithTheScaleOnTheScores() {
    TestModel model = heads().node("Transpose", "k", "kt", integers("perm", 0, 2, 3, 1));
    model.node("MatMul", "qt kt", "s").scalar("c", 2).node("Div", "s c", "d");
    model.node("Softmax", "d", "p", integer("axis", -1)).node("MatMul", "p v", "y").output("y");
    assertBecomes(model, "Transpose", "Transpose", "Attention");
    assertThat(prepared(model).getLast().op()).isEqualTo(new Op.Attention(0.5f));
  }

  @Test
  void attentionWithTheScaleOnBothOperandsAndAMask() {
    TestModel model = heads().node("Transpose", "k", "kt", integers("perm", 0, 2, 3, 1));
    model.scalar("c", 0.5f).node("Mul", "qt c", "qs").node("Mul", "kt c", "ks");
    model.input("mask", 2, 1, 1, 7).node("MatMul", "qs ks", "s").node("Add", "s mask", "m");
    model.node("Softmax", "m", "p", integer("axis", -1)).node("MatMul", "p v", "y").output("y");
    assertBecomes(model, "Transpose", "Transpose", "Attention");
    Node node = prepared(model).getLast();
    assertThat(node.op()).isEqualTo(new Op.Attention(0.25f));
    assertThat(node.inputs()).hasSize(4).contains("qt", "v", "mask");
  }

  @Test
  void attentionWithKeysThatAreTransposedBefore() {
    TestModel model = heads().input("kt", 2, 3, 4, 7);
    model.node("MatMul", "qt kt", "s").node("Softmax", "s", "p", integer("axis", 3));
    assertBecomes(
        model.node("MatMul", "p v", "y").output("y"), "Transpose", "Transpose", "Attention");
  }

  @Test
  void productsThatAreNoAttentionStay() {
    TestModel model = heads().input("kt", 2, 3, 4, 7);
    model.node("MatMul", "qt kt", "s").node("Softmax", "s", "p", integer("axis", 1));
    assertBecomes(
        model.node("MatMul", "p v", "y").output("y"), "Transpose", "MatMul", "Softmax", "MatMul");
    TestModel weights = heads().input("kt", 2, 3, 4, 7);
    weights.node("MatMul", "qt kt", "s").node("Softmax", "s", "p", integer("axis", 3));
    weights.node("MatMul", "p v", "y").output("y").output("p");
    assertBecomes(weights, "Transpose", "MatMul", "Softmax", "MatMul");
  }

  @Test
  void transposedOperandOfAProduct() {
    TestModel model = new TestModel(13).input("a", 2, 3, 4).input("b", 2, 5, 4);
    model.node("Transpose", "b", "t", integers("perm", 0, 2, 1)).node("MatMul", "a t", "y");
    assertBecomes(model.output("y"), "MatMul");
    assertThat(prepared(model).getFirst().op()).isEqualTo(new Op.MatMul(true));
  }

  @Test
  void meanOfImages() {
    TestModel model = new TestModel(13).input("x", 2, 3, 4, 5);
    model.node("ReduceMean", "x", "y", integers("axes", -1, 2)).output("y");
    assertBecomes(model, "GlobalAveragePool");
    TestModel flat = new TestModel(13).input("x", 2, 3, 4, 5);
    flat.node("ReduceMean", "x", "y", integers("axes", 2, 3), integer("keepdims", 0)).output("y");
    assertBecomes(flat, "GlobalAveragePool", "Reshape");
    TestModel rows = new TestModel(13).input("x", 2, 3, 4, 5);
    assertBecomes(rows.node("ReduceMean", "x", "y", integers("axes", 3)).output("y"), "ReduceMean");
  }

  @Test
  void padsMoveIntoTheWindowBehind() {
    TestModel model = new TestModel(13).input("x", 1, 2, 5, 5).longs("p", 0, 0, 1, 2, 0, 0, 0, 1);
    model.node("Pad", "x p", "a").floats("w", Shape.of(1, 2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8);
    model.node("Conv", "a w", "y", integers("pads", 1, 0, 0, 0)).output("y");
    assertBecomes(model, "Conv");
    assertThat(((Op.Conv) prepared(model).getFirst().op()).window().pads())
        .containsExactly(2, 2, 0, 1);
    TestModel pool = new TestModel(13).input("x", 1, 2, 5, 5).longs("p", 0, 0, 1, 1, 0, 0, 1, 1);
    pool.node("Pad", "x p", "a");
    pool.node("AveragePool", "a", "y", integers("kernel_shape", 3, 3)).output("y");
    assertBecomes(pool, "AveragePool");
    assertThat(((Op.AveragePool) prepared(pool).getFirst().op()).countIncludePad()).isTrue();
    TestModel ones = new TestModel(13).input("x", 1, 2, 5, 5).longs("p", 0, 0, 1, 1, 0, 0, 1, 1);
    ones.scalar("one", 1).node("Pad", "x p one", "a");
    ones.node("AveragePool", "a", "y", integers("kernel_shape", 3, 3)).output("y");
    assertBecomes(ones, "Pad", "AveragePool");
  }

  @Test
  void whatDoesNothingIsRemoved() {
    TestModel model = new TestModel(13).input("x", 2, 3, 4).longs("zero", 0, 0, 0, 0, 0, 0);
    model.node("Identity", "x", "a").node("Pad", "a zero", "b");
    model.node("Cast", "b", "c", integer("to", 1)).longs("s", 2, 3, 4);
    model.node("Reshape", "c s", "d").node("Transpose", "d", "e", integers("perm", 0, 1, 2));
    model.node("Relu", "e", "f").node("Identity", "f", "y").output("y");
    assertBecomes(model, "Relu");
    assertThat(prepared(model).getFirst().outputs()).containsExactly("y");
  }

  @Test
  void neighboursAreMerged() {
    TestModel model = new TestModel(13).input("x", 2, 3, 4);
    model.node("Transpose", "x", "a", integers("perm", 1, 2, 0));
    model.node("Transpose", "a", "y", integers("perm", 1, 0, 2)).output("y");
    assertBecomes(model, "Transpose");
    TestModel shapes = new TestModel(13).input("x", 2, 3, 4).longs("s", 6, 4).longs("u", 0);
    shapes.node("Reshape", "x s", "a").node("Unsqueeze", "a u", "b");
    assertBecomes(shapes.node("Flatten", "b", "y", integer("axis", 2)).output("y"), "Reshape");
    TestModel back = new TestModel(13).input("x", 2, 3, 4);
    back.node("Transpose", "x", "a", integers("perm", 1, 2, 0));
    back.node("Transpose", "a", "b", integers("perm", 2, 0, 1)).node("Neg", "b", "y").output("y");
    assertBecomes(back, "Neg");
    TestModel ones = new TestModel(13).input("x", 2, 1, 4);
    ones.node("Transpose", "x", "y", integers("perm", 1, 0, 2)).output("y");
    assertBecomes(ones, "Reshape");
  }

  @Test
  void outputsThatAreInputsOrConstantsStay() {
    TestModel model = new TestModel(13).input("x", 2).node("Identity", "x", "y").output("y");
    assertBecomes(model, "Identity");
    TestModel twice = new TestModel(13).input("x", 2).node("Neg", "x", "a").output("a");
    assertBecomes(twice.node("Identity", "a", "y").output("y"), "Neg", "Identity");
    TestModel constant = new TestModel(13).input("x", 2).scalar("c", 3).node("Identity", "c", "y");
    assertBecomes(constant.output("y").node("Neg", "x", "z").output("z"), "Neg");
  }
}
