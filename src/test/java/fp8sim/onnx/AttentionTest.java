package fp8sim.onnx;

import static fp8sim.onnx.TestModel.graph;
import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.number;
import static fp8sim.onnx.TestModel.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.pass.SmallEvaluator;
import fp8sim.pass.rewrite.Passes;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention of ONNX's own domain and of what networks of tokens have around it. */
class AttentionTest {
  /** Two heads of 4; three queries, five keys. */
  private static TestModel attention(int opset, String inputs, AttributeProto... list) {
    return new TestModel(opset)
        .input("q", 1, 2, 3, 4)
        .input("k", 1, 2, 5, 4)
        .input("v", 1, 2, 5, 6)
        .node("Attention", inputs, "y", list)
        .output("y");
  }

  @Test
  void attentionAsOnnxRuntime() {
    Oracle.check(attention(23, "q k v"));
    Oracle.check(attention(23, "q k v", number("scale", 0.3f), number("softcap", 1.5f)));
    Oracle.check(attention(23, "q k v m").input("m", 3, 5));
    Oracle.check(attention(24, "q k v m").input("m", 1, 2, 3, 5));
  }

  @Test
  void attentionOnFlatOperandsWithACache() {
    TestModel model = new TestModel(23).input("q", 2, 3, 8).input("k", 2, 3, 4).input("v", 2, 3, 4);
    model.input("pk", 2, 1, 2, 4).input("pv", 2, 1, 2, 4);
    model.node(
        "Attention",
        "q k v - pk pv",
        "y ck cv",
        integer("q_num_heads", 2),
        integer("kv_num_heads", 1));
    Oracle.check(model.output("y").output("ck").output("cv"));
  }

  private static Network network(Graph graph) {
    return new Network(
        graph, Numerics.float32(FloatMath.SEPARATE), Backends.choose("reference"), 1);
  }

  /** What quantizes attention in exported networks finds that of one node, too. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "mask", "condition", "flat"})
  void theTwoProductsAreFoundAsAttention(String form) {
    TestModel model =
        switch (form) {
          case "mask" -> attention(23, "q k v m").input("m", 3, 5);
          case "condition" -> attention(23, "q k v m").input("m", DataType.BOOL, 3, 5);
          case "flat" ->
              new TestModel(23)
                  .input("q", 2, 3, 8)
                  .input("k", 2, 3, 4)
                  .input("v", 2, 3, 4)
                  .node(
                      "Attention",
                      "q k v",
                      "y",
                      integer("q_num_heads", 2),
                      integer("kv_num_heads", 1))
                  .output("y");
          default -> attention(23, "q k v");
        };
    Map<String, Shape> shapes = new LinkedHashMap<>();
    inputs(model.read()).forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    Graph graph = Passes.prepare(model.read(), shapes, Map.of(), new SmallEvaluator());
    assertThat(graph.nodes())
        .filteredOn(node -> node.op() instanceof Op.Attention)
        .extracting(Node::name)
        .containsExactly("n_y");
    assertThat(graph.nodes()).noneMatch(node -> node.op() instanceof Op.MatMul);
  }

  private static Map<String, Tensor> run(TestModel model, Map<String, Tensor> given) {
    Graph graph = model.read();
    Map<String, Tensor> inputs = inputs(graph);
    inputs.putAll(given);
    try (Network network = network(graph)) {
      Map<String, Tensor> copies = new LinkedHashMap<>();
      network
          .run(inputs)
          .forEach((name, y) -> copies.put(name, Tensor.ofFloats(y.shape(), y.toFloats())));
      return copies;
    }
  }

  private static Map<String, Tensor> inputs(Graph graph) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (GraphInput input : graph.inputs()) {
      Shape shape = Shape.of(input.dims().stream().mapToInt(GraphInput.Dimension::size).toArray());
      float[] values = new float[shape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.cos(i * 1.3);
      }
      boolean isFloat = input.type() == DataType.FLOAT;
      inputs.put(
          input.name(),
          isFloat ? Tensor.ofFloats(shape, values) : Tensor.zeros(input.type(), shape));
    }
    return inputs;
  }

  @Test
  void rowsWithoutKeysAreZero() {
    Tensor mask = Tensor.zeros(DataType.BOOL, Shape.of(3, 5));
    mask.data().setAtIndex(Tensor.BYTE, 7, (byte) 1);
    TestModel model = attention(24, "q k v m").input("m", DataType.BOOL, 3, 5);
    Map<String, Tensor> results = run(model, Map.of("m", mask));
    float[] y = results.get("y").toFloats();
    float[] v = run(model, Map.of("m", mask)).get("y").toFloats();
    for (int head = 0; head < 2; head++) {
      for (int e = 0; e < 6; e++) {
        assertThat(y[(head * 3) * 6 + e]).isEqualTo(0f);
        // The only key that counts for the second query is the third.
        assertThat(y[(head * 3 + 1) * 6 + e])
            .isEqualTo((float) Math.cos(((head * 5 + 2) * 6 + e) * 1.3));
        assertThat(y[(head * 3 + 2) * 6 + e]).isEqualTo(0f);
      }
    }
    assertThat(v).isEqualTo(y);
  }

  /** With a window of one token to the left a query sees two keys at most. */
  @Test
  void windowsOfOpset25() {
    TestModel window =
        attention(25, "q k v", integer("left_window_size", 1), integer("right_window_size", 0));
    Tensor mask = Tensor.zeros(DataType.BOOL, Shape.of(3, 5));
    for (int i : new int[] {0, 5, 6, 11, 12}) {
      mask.data().setAtIndex(Tensor.BYTE, i, (byte) 1);
    }
    TestModel same = attention(25, "q k v m").input("m", DataType.BOOL, 3, 5);
    assertThat(run(window, Map.of()).get("y").toFloats())
        .isEqualTo(run(same, Map.of("m", mask)).get("y").toFloats());
  }

  private static void assertRefused(TestModel model, String... parts) {
    assertThatThrownBy(() -> run(model, Map.of()))
        .isInstanceOfSatisfying(
            Fp8simException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT);
              assertThat(e.getMessage()).contains(parts).doesNotContain("\n");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          q k v m    | m 3 6     | the mask has shape 3x6
          q k v m    | m 2 5     | a mask of shape 2x5 cannot be broadcast
          q k v - m  | m 1 2 2 4 | past_key and past_value must be given together
          q v v      | m 1       | do not fit
          q k k m    | m 3 5 1 1 1 | the mask has shape
          q m v      | m 1 2 5   | K has shape 1x2x5, not rank 4
          q k v - m m | m 1 2 2 5 | a cache of shape 1x2x2x5
          """)
  void refusesOperandsThatDoNotFit(String inputs, String other, String message) {
    String[] words = other.split(" ", -1);
    int[] dims = new int[words.length - 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Integer.parseInt(words[i + 1]);
    }
    assertRefused(
        attention(24, inputs).input("m", dims), "test.onnx: Attention node \"n_y\"", message);
  }

  @Test
  void refusesAttributesOutsideTheirRange() {
    assertRefused(attention(24, "q k v", integer("qk_matmul_output_mode", 4)), "output_mode is 4");
    assertRefused(attention(24, "q k v", number("softcap", -1)), "softcap is -1");
    assertRefused(attention(24, "q k v", integer("left_window_size", 1)), "left_window_size");
    TestModel flat = new TestModel(24).input("q", 2, 3, 8).node("Attention", "q q q", "y");
    assertRefused(flat.output("y"), "need q_num_heads and kv_num_heads");
    TestModel odd = new TestModel(24).input("q", 2, 3, 8);
    odd.node("Attention", "q q q", "y", integer("q_num_heads", 3), integer("kv_num_heads", 1));
    assertRefused(odd.output("y"), "q of shape 2x3x8 cannot be cut into 3 heads");
    TestModel groups = new TestModel(24).input("q", 1, 3, 2, 4).input("k", 1, 2, 2, 4);
    groups.node("Attention", "q k k", "y");
    assertRefused(groups.output("y"), "3 heads of queries cannot share 2 heads of keys");
  }

  @Test
  void refusesWhatDoesNotFitAroundAttention() {
    TestModel swiglu = new TestModel(28).input("a", 2, 3).input("b", 3).node("SwiGLU", "a b", "y");
    assertRefused(swiglu.output("y"), "B has shape 3, not 2x3");
    TestModel scatter = new TestModel(24).input("c", 1, 4, 2).input("u", 1, 5, 2);
    assertRefused(
        scatter.node("TensorScatter", "c u", "y").output("y"), "an update of shape 1x5x2");
    TestModel mode = new TestModel(24).input("c", 1, 4, 2);
    mode.node("TensorScatter", "c c", "y", string("mode", "up"));
    assertRefused(mode.output("y"), "mode is up");
    TestModel conv = new TestModel(27).input("x", 1, 2, 4).input("w", 3, 1, 2);
    assertRefused(conv.node("CausalConvWithState", "x w", "y").output("y"), "a weight of shape");
    TestModel linear = new TestModel(27).input("q", 1, 2, 4);
    linear.node(
        "LinearAttention", "q q q", "y", integer("q_num_heads", 2), integer("kv_num_heads", 2));
    assertRefused(linear.output("y"), "its update rule needs decay and needs beta");
    TestModel rotary = new TestModel(23).input("x", 1, 2, 3, 4).input("c", 1, 3, 3);
    assertRefused(rotary.node("RotaryEmbedding", "x c c", "y").output("y"), "rows of 3 for 4");
  }

  @Test
  void refusesScoresOfMoreElementsThanATensorHas() {
    TestModel large = new TestModel(24).input("q", 1, 16, 16384, 2);
    large.node("Attention", "q q q", "y", integer("is_causal", 1));
    assertRefused(large.output("y"), "test.onnx: Attention node \"n_y\"", "2^31-1 elements");
  }

  @Test
  void refusesGroupedOperandsThatDoNotFit() {
    for (String keys : List.of("k", "x")) {
      TestModel model = new TestModel(17).input("x", 1, 2, 8).input("k", 2, 8);
      model.input("n", DataType.INT32, 1);
      model.initializer(
          "total", Conversion.convert(Tensor.ofLongs(Shape.of(1), 2), DataType.INT32));
      boolean packed = keys.equals("x");
      model.runtimeNode(
          "GroupQueryAttention",
          (packed ? "x - -" : "x k k") + " - - n total",
          "y",
          integer("num_heads", 2),
          integer("kv_num_heads", packed ? Integer.MAX_VALUE : 2));
      assertRefused(
          model.output("y"),
          "GroupQueryAttention node",
          packed
              ? "8 columns cannot be cut into 4294967296 heads"
              : "key has shape 2x8, not rank 3");
    }
    TestModel positions = new TestModel(17).input("x", 1, 1, 8).input("c", 4, 2);
    positions.input("n", DataType.INT32, 1).input("p", DataType.INT64, 1, 5);
    positions.initializer(
        "total", Conversion.convert(Tensor.ofLongs(Shape.of(1), 1), DataType.INT32));
    positions.runtimeNode(
        "GroupQueryAttention",
        "x x x - - n total c c p",
        "y",
        integer("num_heads", 2),
        integer("kv_num_heads", 2),
        integer("do_rotary", 1));
    assertRefused(positions.output("y"), "position_ids has shape 1x5, not 1x1");
    TestModel scalar =
        new TestModel(17).input("x", 1, 2, 4).input("c").input("p", DataType.INT64, 1);
    scalar.runtimeNode("RotaryEmbedding", "x p c c", "y");
    assertRefused(scalar.output("y"), "cos_cache has shape", "not rank 2 or 3");
  }

  @Test
  void causalConvolutionWithOneTapHasNoState() {
    TestModel model = new TestModel(27).input("x", 1, 2, 4).input("w", 2, 1, 1);
    model.node("CausalConvWithState", "x w", "y s").output("y").output("s");
    Map<String, Tensor> results = run(model, Map.of());
    assertThat(results.get("y").toFloats()[5])
        .isEqualTo((float) Math.cos(5 * 1.3) * (float) Math.cos(1.3));
    assertThat(results.get("s").shape()).isEqualTo(Shape.of(1, 2, 0));
  }

  @Test
  void subgraphsOfFlexAttentionSeeWhatIsAroundThem() {
    TestModel body = new TestModel(26).input("s").node("Add", "s bias", "t").output("t");
    TestModel model = new TestModel(26).input("q", 1, 2, 3, 4).input("bias", 3, 3);
    model.node("FlexAttention", "q q q", "y", graph("score_mod", body)).in("ai.onnx.preview");
    TestModel same = new TestModel(26).input("q", 1, 2, 3, 4).input("bias", 3, 3);
    same.node("Attention", "q q q bias", "y");
    assertThat(run(model.output("y"), Map.of()).get("y").toFloats())
        .isEqualTo(run(same.output("y"), Map.of()).get("y").toFloats());
    TestModel two = new TestModel(26).input("s").input("r").node("Add", "s r", "t").output("t");
    TestModel wrong = new TestModel(26).input("q", 1, 2, 3, 4);
    wrong.node("FlexAttention", "q q q", "y", graph("score_mod", two)).in("ai.onnx.preview");
    assertRefused(wrong.output("y"), "score_mod has 2 inputs");
  }
}
