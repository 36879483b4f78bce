package fp8sim.pass.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.TestModel;
import fp8sim.pass.SmallEvaluator;
import fp8sim.pass.rewrite.Passes;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Where quantizers sit, from section 4 of the semantics: each test states all quantizers of a small
 * network, in the order of the graph, as {@code name kind format}, and the values they stand on.
 */
class QuantizerPlacementTest {
  private static final String INPUT_MODE = "format=e4m3";
  private static final String OUTPUT_MODE = "format=e4m3 quantize=output";

  private static TestModel model(int... dims) {
    return new TestModel(17).input("x", dims);
  }

  private static TestModel weight(TestModel model, String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 7 - 3) / 4f;
    }
    return model.floats(name, shape, values);
  }

  /** The node of an output {@code y} is called {@code n_y}. */
  private static Placement place(TestModel model, String options) {
    return place(model, options, false);
  }

  private static Placement place(TestModel model, String options, boolean calibrating) {
    Map<String, List<String>> given = new LinkedHashMap<>();
    for (String option : options.split(" ", 0)) {
      String[] parts = option.split("=", 2);
      given.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
    }
    Graph read = model.read();
    int[] dims =
        read.inputs().getFirst().dims().stream().mapToInt(GraphInput.Dimension::size).toArray();
    Map<String, Shape> shapes = Map.of("x", Shape.of(dims));
    Graph graph = Passes.prepare(read, shapes, Map.of(), new SmallEvaluator());
    return QuantizerPlacement.place(graph, NumericsParser.parse(given), calibrating);
  }

  /** The texts of all quantizers. */
  private static List<String> names(Placement placement) {
    return placement.quantizers().keySet().stream().map(QuantizerId::toString).toList();
  }

  /** All quantizers as {@code name kind format}; those with a range for each channel say so. */
  private static List<String> quantizers(Placement placement) {
    List<String> texts = new ArrayList<>();
    placement
        .quantizers()
        .forEach(
            (id, spec) -> {
              assertThat(spec.id()).isEqualTo(id);
              texts.add(
                  "%s %s %s%s"
                      .formatted(
                          id,
                          spec.kind().name().toLowerCase(Locale.ROOT),
                          spec.format().name(),
                          spec.channels().isTensor() ? "" : " per channel"));
            });
    return texts;
  }

  private static List<String> quantizers(TestModel model, String options) {
    return quantizers(place(model, options));
  }

  /** Which quantizer stands between what: {@code quantizer: reader or producer}. */
  private static List<String> positions(Placement placement) {
    Map<String, Node> producers = new LinkedHashMap<>();
    placement.graph().nodes().forEach(node -> producers.put(node.output(), node));
    List<String> positions = new ArrayList<>();
    for (Node node : placement.graph().nodes()) {
      if (node.op() instanceof Op.FakeQuantize op) {
        Node producer = producers.get(node.input(0));
        String behind = producer == null ? node.input(0) : producer.name();
        List<String> readers =
            placement.graph().nodes().stream()
                .filter(reader -> reader.inputs().contains(node.output()))
                .map(Node::name)
                .toList();
        positions.add("%s -> %s -> %s".formatted(behind, op.quantizer(), readers));
      }
    }
    return positions;
  }

  /** Conv, BatchNormalization, Relu. */
  private static TestModel convolution() {
    TestModel model = model(1, 2, 5, 5);
    weight(model, "w", 3, 2, 3, 3);
    for (String name : List.of("scale", "bias", "mean", "variance")) {
      model.floats(name, Shape.of(3), 1, 2, 3);
    }
    return model
        .node("Conv", "x w", "c")
        .node("BatchNormalization", "c scale bias mean variance", "b")
        .node("Relu", "b", "y")
        .output("y");
  }

  @Test
  void aLayersInputAndWeightAreQuantizedInInputMode() {
    Placement placement = place(convolution(), INPUT_MODE);
    assertThat(quantizers(placement))
        .containsExactly("n_c/weight weight e4m3 per channel", "n_c/input activation e4m3");
    PlacedLayer layer = placement.layers().get("n_c");
    assertThat(placement.layers()).containsOnlyKeys("n_c");
    assertThat(layer.input()).hasToString("n_c/input");
    assertThat(layer.weight()).hasToString("n_c/weight");
    assertThat(layer.output()).isNull();
    assertThat(layer.result()).isNull();
    assertThat(layer.inputIsInserted()).isFalse();
    assertThat(layer.role().first()).isTrue();
    assertThat(layer.role().last()).isTrue();
    // BatchNormalization is folded into the weight before it is quantized.
    assertThat(positions(placement)).contains("x -> n_c/input -> [n_c]");
    assertThat(placement.graph().nodes()).extracting(Node::name).doesNotContain("n_b");
  }

  @Test
  void theGroupsOutputIsQuantizedInOutputMode() {
    Placement placement = place(convolution(), OUTPUT_MODE);
    assertThat(quantizers(placement))
        .containsExactly("n_c/weight weight e4m3 per channel", "n_c/output activation e4m3");
    assertThat(placement.layers().get("n_c").output()).hasToString("n_c/output");
    assertThat(positions(placement)).contains("n_y -> n_c/output -> []");
  }

  @Test
  void keptNormalizationStandsBetweenTheLayerAndItsQuantizer() {
    Placement placement = place(convolution(), OUTPUT_MODE + " batch-norm=keep");
    assertThat(positions(placement))
        .containsExactly("w -> n_c/weight -> [n_c]", "n_y -> n_c/output -> []");
    assertThat(placement.graph().nodes()).extracting(Node::name).contains("n_b");
  }

  @Test
  void aWeightMayHaveOneRange() {
    assertThat(quantizers(convolution(), INPUT_MODE + " weight-scope=tensor"))
        .containsExactly("n_c/weight weight e4m3", "n_c/input activation e4m3");
    assertThat(quantizers(convolution(), "weights=e2m1 activations=int8"))
        .containsExactly("n_c/weight weight e2m1 per channel", "n_c/input activation int8");
    assertThat(quantizers(convolution(), "weights=e4m3"))
        .containsExactly("n_c/weight weight e4m3 per channel");
    assertThat(quantizers(convolution(), "activations=e4m3"))
        .containsExactly("n_c/input activation e4m3");
  }

  @Test
  void aResultQuantizerStandsBeforeNormalization() {
    String options = INPUT_MODE + " result-quantizer=true batch-norm=keep";
    Placement placement = place(convolution(), options);
    assertThat(quantizers(placement))
        .containsExactly(
            "n_c/weight weight e4m3 per channel",
            "n_c/input activation e4m3",
            "n_c/result result e4m3");
    assertThat(positions(placement)).contains("n_c -> n_c/result -> [n_b]");
    assertThat(placement.layers().get("n_c").result()).hasToString("n_c/result");
  }

  /** An approximate result is quantized by the product itself, but in calibration. */
  @Test
  void anApproximateResultIsQuantizedInCalibrationOnly() {
    String options = INPUT_MODE + " multiplier=mitchell bias-policy=saturate";
    Placement running = place(convolution(), options, false);
    assertThat(names(running)).contains("n_c/result");
    assertThat(positions(running)).noneMatch(position -> position.contains("n_c/result"));
    Placement calibrating = place(convolution(), options, true);
    assertThat(positions(calibrating)).contains("n_c -> n_c/result -> [n_y]");
    assertThat(calibrating.graph().nodes())
        .filteredOn(node -> node.op() instanceof Op.FakeQuantize)
        .isNotEmpty()
        .allMatch(node -> ((Op.FakeQuantize) node.op()).observes());
  }

  /** Two branches of convolutions whose sum goes through a Relu to a third one. */
  private static TestModel residual() {
    return residual(true);
  }

  private static TestModel residual(boolean activation) {
    TestModel model = model(1, 2, 5, 5);
    for (String name : List.of("u", "v", "w")) {
      weight(model, name, 2, 2, 1, 1);
    }
    return model
        .node("Conv", "x u", "a")
        .node("Conv", "x v", "b")
        .node("Add", "a b", "s")
        .node(activation ? "Relu" : "Identity", "s", "r")
        .node("Conv", "r w", "y")
        .output("y");
  }

  @Test
  void aResidualSumHasAQuantizerBehindItsActivationInBothModes() {
    Placement inputs = place(residual(), INPUT_MODE);
    assertThat(quantizers(inputs))
        .containsExactly(
            "n_a/weight weight e4m3 per channel",
            "n_a/input activation e4m3",
            "n_b/weight weight e4m3 per channel",
            "n_b/input activation e4m3",
            "n_s/output activation e4m3",
            "n_y/weight weight e4m3 per channel",
            "n_y/input activation e4m3");
    // Two layers that read one tensor have a quantizer each; the last one's is on top of the sum's.
    assertThat(positions(inputs))
        .contains(
            "x -> n_a/input -> [n_a]",
            "x -> n_b/input -> [n_b]",
            "n_r -> n_s/output -> [n_y/input]",
            "n_s/output -> n_y/input -> [n_y]");
    Placement outputs = place(residual(), OUTPUT_MODE);
    assertThat(quantizers(outputs))
        .containsExactly(
            "n_a/weight weight e4m3 per channel",
            "n_a/output activation e4m3",
            "n_b/weight weight e4m3 per channel",
            "n_b/output activation e4m3",
            "n_s/output activation e4m3",
            "n_y/weight weight e4m3 per channel",
            "n_y/output activation e4m3");
    assertThat(positions(outputs))
        .contains(
            "n_a -> n_a/output -> [n_s]",
            "n_b -> n_b/output -> [n_s]",
            "n_r -> n_s/output -> [n_y]",
            "n_y -> n_y/output -> []");
  }

  @Test
  void presetsChangeTheFirstAndTheLastLayer() {
    assertThat(quantizers(residual(), OUTPUT_MODE + " preset=fp-logits"))
        .contains("n_s/output activation e4m3")
        .noneMatch(text -> text.startsWith("n_y/output"));
    assertThat(quantizers(residual(), "format=int6 preset=fc4"))
        .contains(
            "n_a/weight weight int8 per channel",
            "n_b/weight weight int6 per channel",
            "n_y/weight weight int4 per channel",
            "n_y/input activation int6");
    assertThat(quantizers(residual(), "format=e3m2 preset=fc4"))
        .contains(
            "n_a/weight weight e3m4 per channel",
            "n_b/weight weight e3m2 per channel",
            "n_y/weight weight e2m1 per channel");
    assertThat(quantizers(residual(false), "format=e3m2 quantize=output preset=lsq"))
        .containsExactly(
            "n_a/weight weight e3m4 per channel",
            "n_a/output activation e3m2",
            "n_b/weight weight e3m2 per channel",
            "n_b/output activation e3m2",
            "n_s/output activation e3m4",
            "n_y/weight weight e3m4 per channel");
    assertThat(quantizers(residual(), "format=e3m2 quantize=output preset=lsq-paper"))
        .containsExactly(
            "n_a/weight weight e3m4 per channel",
            "n_b/weight weight e3m2 per channel",
            "n_b/input activation e3m2",
            "n_y/weight weight e3m4 per channel",
            "n_y/input activation e3m4");
  }

  @Test
  void depthwiseWeightsHaveTheirOwnWidth() {
    TestModel model = model(1, 2, 5, 5);
    weight(model, "u", 2, 2, 1, 1);
    weight(model, "v", 2, 1, 3, 3);
    weight(model, "w", 2, 2, 1, 1);
    model
        .node("Conv", "x u", "a")
        .node("Conv", "a v", "b", TestModel.integer("group", 2))
        .node("Conv", "b w", "y")
        .output("y");
    Placement placement = place(model, "format=int6 preset=fc4-dw8");
    assertThat(quantizers(placement))
        .containsExactly(
            "n_a/weight weight int8 per channel",
            "n_a/input activation int6",
            "n_b/weight weight int8 per channel",
            "n_b/input activation int6",
            "n_y/weight weight int4 per channel",
            "n_y/input activation int6");
    assertThat(placement.layers().get("n_b").role().depthwise()).isTrue();
    assertThat(quantizers(model, "format=int6 preset=fc4"))
        .contains("n_b/weight weight int6 per channel");
  }

  @Test
  void exceptionsForLayersBeatPresets() {
    String options =
        "format=int6 preset=fc4 layer=n_a:weights=e2m1 layer=n_b:quantize=output"
            + " layer=n_s:activations=e5m2 layer=n_y:weights=fp32,activations=int8";
    assertThat(quantizers(residual(), options))
        .containsExactly(
            "n_a/weight weight e2m1 per channel",
            "n_a/input activation int6",
            "n_b/weight weight int6 per channel",
            "n_b/output activation int6",
            "n_s/output activation e5m2",
            "n_y/input activation int8");
    assertThatThrownBy(() -> place(residual(), INPUT_MODE + " layer=n_z:weights=e2m1"))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("n_z");
  }

  /** A convolution, global pooling and a linear layer. */
  private static TestModel pooled() {
    TestModel model = model(1, 2, 4, 4);
    weight(model, "u", 3, 2, 1, 1);
    weight(model, "w", 3, 5);
    return model
        .node("Conv", "x u", "a")
        .node("GlobalAveragePool", "a", "p")
        .node("Flatten", "p", "f")
        .node("Gemm", "f w", "y")
        .output("y");
  }

  @Test
  void averagePoolingPassesOrHasAQuantizerOrThatOfTheLayerBefore() {
    assertThat(quantizers(pooled(), INPUT_MODE))
        .containsExactly(
            "n_a/weight weight e4m3 per channel",
            "n_a/input activation e4m3",
            "n_y/weight weight e4m3 per channel",
            "n_y/input activation e4m3");
    Placement outputs = place(pooled(), OUTPUT_MODE);
    assertThat(names(outputs)).contains("n_p/output");
    assertThat(positions(outputs)).contains("n_p -> n_p/output -> [n_f]");
    Placement before = place(pooled(), INPUT_MODE + " pooling=previous", true);
    assertThat(names(before)).doesNotContain("n_p/output");
    assertThat(positions(before)).contains("n_p -> n_a/input -> [n_f]");
    assertThat(before.graph().nodes())
        .filteredOn(node -> node.name().equals("n_p/output"))
        .singleElement()
        .satisfies(node -> assertThat(((Op.FakeQuantize) node.op()).observes()).isFalse());
    assertThat(positions(place(pooled(), OUTPUT_MODE + " pooling=previous")))
        .contains("n_p -> n_a/output -> [n_f]");
  }

  @Test
  void aSecondPoolingRightBehindIsLeftAlone() {
    TestModel model = model(1, 2, 4, 4);
    weight(model, "u", 3, 2, 1, 1);
    model
        .node("Conv", "x u", "a")
        .node("AveragePool", "a", "p", TestModel.integers("kernel_shape", 2, 2))
        .node("GlobalAveragePool", "p", "y")
        .output("y");
    assertThat(positions(place(model, INPUT_MODE + " pooling=previous")))
        .contains("n_p -> n_a/input -> [n_y]")
        .noneMatch(position -> position.startsWith("n_y ->"));
  }

  /** Linear layers in a row: a Gemm with its bias, a MatMul with an Add of a constant. */
  @Test
  void aChainOfLinearLayersHasItsBiasesInside() {
    TestModel model = model(2, 4);
    weight(model, "u", 4, 4);
    weight(model, "w", 4, 3);
    weight(model, "b", 4);
    weight(model, "d", 3);
    model.node("Gemm", "x u b", "a").node("MatMul", "a w", "m").node("Add", "m d", "y").output("y");
    Placement placement = place(model, OUTPUT_MODE);
    assertThat(quantizers(placement))
        .containsExactly(
            "n_a/weight weight e4m3 per channel",
            "n_a/output activation e4m3",
            "n_m/weight weight e4m3 per channel",
            "n_m/output activation e4m3");
    assertThat(positions(placement)).contains("n_y -> n_m/output -> []");
    assertThat(names(place(model, INPUT_MODE)))
        .containsExactlyInAnyOrder("n_a/weight", "n_a/input", "n_m/weight", "n_m/input");
  }

  /** The concatenation has two biases, so an approximate product needs a quantizer of its own. */
  @Test
  void anApproximateOperandWithTwoSourcesGetsAQuantizer() {
    TestModel model = model(1, 2, 4, 4);
    for (String name : List.of("u", "v")) {
      weight(model, name, 2, 2, 1, 1);
    }
    weight(model, "w", 2, 4, 1, 1);
    weight(model, "z", 2, 2, 1, 1);
    model
        .node("Conv", "x u", "a")
        .node("Conv", "x v", "b")
        .node("Concat", "a b", "c", TestModel.integer("axis", 1))
        .node("Conv", "c w", "d")
        .node("Conv", "d z", "y")
        .output("y");
    assertThat(names(place(model, OUTPUT_MODE))).noneMatch(name -> name.endsWith("/input"));
    Placement placement = place(model, OUTPUT_MODE + " multiplier=drum:k=3");
    assertThat(placement.layers().values())
        .extracting(layer -> String.valueOf(layer.input()))
        .containsExactly("n_a/input", "n_b/input", "n_d/input", "n_d/output");
    assertThat(placement.layers().values())
        .extracting(PlacedLayer::inputIsInserted)
        .containsExactly(true, true, true, false);
  }

  @Test
  void anApproximateOperandBehindAnActivationHasTheQuantizerOfItsGroup() {
    TestModel model = model(1, 2, 4, 4);
    weight(model, "v", 2, 2, 1, 1);
    weight(model, "w", 2, 2, 1, 1);
    model
        .node("Conv", "x v", "a")
        .node("Relu", "a", "b")
        .node("MaxPool", "b", "c", TestModel.integers("kernel_shape", 2, 2))
        .node("Conv", "c w", "y")
        .output("y");
    Placement placement = place(model, OUTPUT_MODE + " multiplier=drum:k=3");
    assertThat(placement.layers().values())
        .extracting(layer -> String.valueOf(layer.input()))
        .containsExactly("n_a/input", "n_a/output");
    assertThat(placement.layers().values())
        .extracting(PlacedLayer::inputIsInserted)
        .containsExactly(true, false);
    assertThat(quantizers(model, "format=e3m2 quantize=output preset=lsq"))
        .contains("n_a/output activation e3m4");
  }

  private static TestModel attention() {
    TestModel model = model(1, 4, 6);
    for (String name : List.of("p", "q", "r")) {
      weight(model, name, 6, 6);
    }
    return model
        .scalar("scale", 0.5f)
        .node("MatMul", "x p", "q1")
        .node("MatMul", "x q", "k1")
        .node("MatMul", "x r", "v1")
        .node("Transpose", "k1", "kt", TestModel.integers("perm", 0, 2, 1))
        .node("MatMul", "q1 kt", "s")
        .node("Mul", "s scale", "s2")
        .node("Softmax", "s2", "a", TestModel.integer("axis", -1))
        .node("MatMul", "a v1", "y")
        .output("y");
  }

  private static Op.Attention attentionOf(Placement placement) {
    return placement.graph().nodes().stream()
        .map(Node::op)
        .filter(Op.Attention.class::isInstance)
        .map(Op.Attention.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void attentionStaysInFloatUnlessAskedFor() {
    Placement plain = place(attention(), INPUT_MODE);
    assertThat(names(plain))
        .containsExactly(
            "n_q1/weight", "n_q1/input", "n_k1/weight", "n_k1/input", "n_v1/weight", "n_v1/input");
    assertThat(plain.notes()).singleElement().asString().contains("n_y");
    Placement extra = place(attention(), INPUT_MODE + " quantize-extra=attention,softmax");
    assertThat(quantizers(extra))
        .endsWith(
            "n_y/scores activation e4m3",
            "n_y/query activation e4m3",
            "n_y/key activation e4m3",
            "n_y/value activation e4m3",
            "n_y/probabilities activation e4m3")
        .hasSize(6 + 5);
    assertThat(attentionOf(extra)).isEqualTo(new Op.Attention(0.5f));
    assertThat(positions(extra))
        .contains("n_q1 -> n_y/query -> [n_y]", "n_v1 -> n_y/value -> [n_y]");
  }

  @Test
  void aCacheHoldsKeysAndValuesQuantized() {
    Placement cached = place(attention(), INPUT_MODE + " quantize-extra=kv-cache");
    assertThat(quantizers(cached))
        .endsWith("n_y/key activation e4m3", "n_y/value activation e4m3")
        .hasSize(6 + 2);
    assertThat(positions(cached)).contains("n_v1 -> n_y/value -> [n_y]");
    // The products themselves stay in float.
    assertThat(cached.notes()).singleElement().asString().contains("n_y");
    assertThat(quantizers(place(attention(), INPUT_MODE + " quantize-extra=attention,kv-cache")))
        .isEqualTo(quantizers(place(attention(), INPUT_MODE + " quantize-extra=attention")));
  }

  @Test
  void aCacheHoldsTheRightOperandOfOtherProducts() {
    TestModel model =
        weight(model(2, 3), "w", 3, 3)
            .node("MatMul", "x w", "k")
            .node("Transpose", "k", "kt", TestModel.integers("perm", 1, 0))
            .node("MatMul", "x kt", "y")
            .output("y");
    assertThat(quantizers(place(model, INPUT_MODE + " quantize-extra=kv-cache")))
        .endsWith("n_y/b activation e4m3")
        .doesNotContain("n_y/a activation e4m3");
  }

  @Test
  void approximateAttentionFindsTheBiasesOfItsResultsInCalibration() {
    String options =
        INPUT_MODE + " bias-policy=saturate multiplier=mitchell quantize-extra=attention";
    Placement placement = place(attention(), options, true);
    assertThat(names(placement))
        .contains("n_y/scores/result", "n_y/values/result", "n_y/probabilities")
        .doesNotContain("n_y/scores");
    assertThat(attentionOf(placement)).isEqualTo(new Op.Attention(0.5f));
  }

  /** Every quantizer of a graph is declared, and every declared one stands somewhere. */
  @Test
  void whatIsDeclaredIsPlaced() {
    for (TestModel model : List.of(convolution(), residual(), pooled())) {
      for (String options : List.of(INPUT_MODE, OUTPUT_MODE, INPUT_MODE + " pooling=previous")) {
        Placement placement = place(model, options);
        assertThat(placement.graph().nodes())
            .filteredOn(node -> node.op() instanceof Op.FakeQuantize)
            .extracting(node -> ((Op.FakeQuantize) node.op()).quantizer())
            .containsAll(placement.quantizers().keySet())
            .isSubsetOf(placement.quantizers().keySet());
      }
    }
  }

  @Test
  void nothingToQuantizeIsAnError() {
    TestModel model = model(2, 3).node("Relu", "x", "y").output("y");
    assertThatThrownBy(() -> place(model, INPUT_MODE)).isInstanceOf(Fp8simException.class);
    assertThat(place(model, "format=fp32").quantizers()).isEmpty();
  }
}
