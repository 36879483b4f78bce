package fp8sim.plan;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.numerics.NameSuffix;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Replaces Attention by its matrix products, scaling, mask and softmax. */
final class AttentionLowering {
  private AttentionLowering() {}

  /** Returns the nodes without Attention; {@code types} gains the types of the values between. */
  static List<Node> lower(List<Node> nodes, ValueTypes types) {
    List<Node> result = new ArrayList<>();
    for (Node node : nodes) {
      if (node.op() instanceof Op.Attention attention) {
        lower(node, attention, types, result);
      } else {
        result.add(node);
      }
    }
    return result;
  }

  private static void lower(
      Node node, Op.Attention attention, ValueTypes types, List<Node> result) {
    String base = node.name();
    TensorType scores = scoresType(node, types);
    String value = types.add(base + NameSuffix.SCORES, scores);
    result.add(
        new Node(
            base + NameSuffix.SCORES,
            new Op.MatMul(true),
            List.of(node.input(0), node.input(1)),
            List.of(value)));
    value =
        quantize(
            base + "/quantized-product",
            new Op.FakeQuantize(attention.productQuantizer(), attention.observes()),
            value,
            types,
            result);
    if (attention.scale() != 1f) {
      String scaled = types.add(base + "/scaled", scores);
      Op.Unary scale = new Op.Unary(UnaryFunction.SCALE, attention.scale(), 0);
      result.add(new Node(scaled, scale, List.of(value), List.of(scaled)));
      value = scaled;
    }
    if (node.hasInput(3)) {
      String masked = types.add(base + "/masked", scores);
      Op.Binary plus = new Op.Binary(BinaryFunction.ADD);
      result.add(new Node(masked, plus, List.of(value, node.input(3)), List.of(masked)));
      value = masked;
    }
    value =
        quantize(
            base + "/quantized-scores",
            new Op.FakeQuantize(
                attention.scoresQuantizer(), attention.observes(), node.hasInput(3)),
            value,
            types,
            result);
    String probabilities = types.add(base + NameSuffix.PROBABILITIES, scores);
    Op.Softmax softmax = new Op.Softmax(scores.shape().rank() - 1, false, false);
    result.add(new Node(probabilities, softmax, List.of(value), List.of(probabilities)));
    String quantized =
        quantize(
            base + "/quantized-probabilities",
            new Op.FakeQuantize(attention.probabilitiesQuantizer(), attention.observes()),
            probabilities,
            types,
            result);
    result.add(
        new Node(
            base + NameSuffix.VALUES,
            new Op.MatMul(false),
            List.of(quantized, node.input(2)),
            node.outputs()));
  }

  /** Returns the quantized value, or the value itself if there is no quantizer. */
  private static String quantize(
      String name, Op.FakeQuantize op, String value, ValueTypes types, List<Node> result) {
    if (op.quantizer().isEmpty()) {
      return value;
    }
    String quantized = types.add(name, types.of(value));
    result.add(new Node(name, op, List.of(value), List.of(quantized)));
    return quantized;
  }

  /** {@code [.., L, S]}: the output's batch axes, q's rows, k's rows. */
  private static TensorType scoresType(Node node, ValueTypes types) {
    Shape output = types.of(node.output()).shape();
    Shape keys = types.of(node.input(1)).shape();
    return new TensorType(DataType.FLOAT, output.with(-1, keys.dim(-2)));
  }
}
