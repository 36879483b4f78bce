package fp8sim.plan;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.quant.ProductSite;
import fp8sim.quant.ProductSite.Part;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerRole;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Replaces Attention by its matrix products, scaling, mask and softmax. */
final class AttentionLowering {
  private static final int MASK = 3;

  /**
   * A graph's nodes without Attention.
   *
   * @param products which products within attention these nodes are
   */
  record Lowered(List<Node> nodes, Map<Node, ProductSite> products) {
    /** What a node multiplies, if it does. */
    ProductSite product(Node node) {
      return products.getOrDefault(node, ProductSite.of(node.name()));
    }
  }

  private final PlacedQuantizers quantizers;
  private final ValueTypes types;
  private final List<Node> result = new ArrayList<>();
  private final Map<Node, ProductSite> products = new HashMap<>();

  private AttentionLowering(PlacedQuantizers quantizers, ValueTypes types) {
    this.quantizers = quantizers;
    this.types = types;
  }

  /** Returns the nodes without Attention; {@code types} gains the types of the values between. */
  static Lowered lower(List<Node> nodes, PlacedQuantizers quantizers, ValueTypes types) {
    AttentionLowering lowering = new AttentionLowering(quantizers, types);
    for (Node node : nodes) {
      if (node.op() instanceof Op.Attention attention) {
        lowering.lower(node, attention);
      } else {
        lowering.result.add(node);
      }
    }
    return new Lowered(lowering.result, lowering.products);
  }

  private void lower(Node node, Op.Attention attention) {
    String base = node.name();
    TensorType scores = scoresType(node);
    String name = new ProductSite(base, Part.SCORES).toString();
    String value = types.add(name, scores);
    product(node, Part.SCORES, new Op.MatMul(true), node.input(0), node.input(1), List.of(value));
    if (quantizers.observing()) {
      // Otherwise the product itself quantizes its results.
      value = quantize(node, QuantizerRole.SCORES_RESULT, "/quantized-product", value);
    }
    if (attention.scale() != 1f) {
      Op.Unary scale = new Op.Unary(UnaryFunction.SCALE, attention.scale(), 0);
      value = add(base + "/scaled", scale, scores, value);
    }
    if (node.hasInput(MASK)) {
      value =
          add(base + "/masked", new Op.Binary(BinaryFunction.ADD), scores, value, node.input(MASK));
    }
    value = quantize(node, QuantizerRole.SCORES, "/quantized-scores", value);
    String probabilities = new QuantizerId(base, QuantizerRole.PROBABILITIES).toString();
    Op.Softmax softmax = new Op.Softmax(scores.shape().rank() - 1, false, false);
    value = add(probabilities, softmax, scores, value);
    value = quantize(node, QuantizerRole.PROBABILITIES, "/quantized-probabilities", value);
    product(node, Part.VALUES, new Op.MatMul(false), value, node.input(2), node.outputs());
  }

  private void product(
      Node attention, Part part, Op.MatMul op, String a, String b, List<String> outputs) {
    ProductSite site = new ProductSite(attention.name(), part);
    Node node = new Node(site.toString(), op, List.of(a, b), outputs);
    products.put(node, site);
    result.add(node);
  }

  /** Returns the quantized value, or the value itself if there is no quantizer. */
  private String quantize(Node attention, QuantizerRole role, String suffix, String value) {
    QuantizerId id = new QuantizerId(attention.name(), role);
    if (!quantizers.ids().contains(id)) {
      return value;
    }
    boolean keepsMasked = role == QuantizerRole.SCORES && attention.hasInput(MASK);
    Op.FakeQuantize op = new Op.FakeQuantize(id, quantizers.observing(), keepsMasked);
    return add(attention.name() + suffix, op, types.of(value), value);
  }

  /** Adds a node of one output that has its name, which is returned. */
  private String add(String name, Op op, TensorType type, String... inputs) {
    types.add(name, type);
    result.add(new Node(name, op, List.of(inputs), List.of(name)));
    return name;
  }

  /** {@code [.., L, S]}: the output's batch axes, q's rows, k's rows. */
  private TensorType scoresType(Node node) {
    Shape output = types.of(node.output()).shape();
    Shape keys = types.of(node.input(1)).shape();
    return new TensorType(DataType.FLOAT, output.with(-1, keys.dim(-2)));
  }
}
