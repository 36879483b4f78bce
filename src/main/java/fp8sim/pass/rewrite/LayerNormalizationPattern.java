package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LayerNormalization as PyTorch exports it before opset 17: {@code (x - mean) / sqrt(variance +
 * epsilon)}, then often {@code * scale + bias}.
 */
final class LayerNormalizationPattern implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    Deviation deviation = deviation(graph, node);
    if (deviation == null || !deviation.isCentred(graph, node.input(0))) {
      return;
    }
    Shape normalized = deviation.normalized(graph);
    Node last = node;
    Tensor bias = null;
    Node scaling = next(graph, node, BinaryFunction.MUL);
    Tensor scale = scaling == null ? null : constant(graph, scaling, normalized);
    if (scaling != null && scale != null) {
      last = scaling;
      Node shift = next(graph, scaling, BinaryFunction.ADD);
      bias = shift == null ? null : constant(graph, shift, normalized);
      last = shift == null || bias == null ? last : shift;
    }
    replace(graph, last, deviation, scale, bias);
  }

  /** The deviation by which the node divides, if it does. */
  private static @Nullable Deviation deviation(GraphEditor graph, Node node) {
    if (node.op() instanceof Op.Binary op && op.function() == BinaryFunction.DIV) {
      return Deviation.of(graph, node.input(1));
    }
    if (node.op() instanceof Op.Binary op && op.function() == BinaryFunction.MUL) {
      return Deviation.ofInverse(graph, node.input(1));
    }
    return null;
  }

  /** The only reader of a node, if it applies this function and keeps the shape. */
  private static @Nullable Node next(GraphEditor graph, Node node, BinaryFunction function) {
    Node reader = graph.onlyReader(node.output());
    return reader != null
            && reader.op() instanceof Op.Binary op
            && op.function() == function
            && graph.type(reader.output()).equals(graph.type(node.output()))
        ? reader
        : null;
  }

  /** The constant that a node applies along the normalized axes. */
  static @Nullable Tensor constant(GraphEditor graph, Node node, Shape normalized) {
    Tensor first = alongNormalized(graph, node.input(0), normalized);
    return first == null ? alongNormalized(graph, node.input(1), normalized) : first;
  }

  /** A constant that has one element for each one normalized, in that shape; else null. */
  static @Nullable Tensor alongNormalized(GraphEditor graph, String value, Shape normalized) {
    Tensor constant = graph.constant(value);
    if (constant == null) {
      return null;
    }
    int[] dims = constant.shape().dims();
    int from = Math.max(0, dims.length - normalized.rank());
    boolean fits =
        constant.shape().elements(0, from) == 1
            && Shape.of(Arrays.copyOfRange(dims, from, dims.length)).equals(normalized);
    return fits ? constant.reshape(normalized) : null;
  }

  /** Puts the operator in the place of a pattern's last node. */
  static void replace(
      GraphEditor graph,
      Node last,
      Deviation deviation,
      @Nullable Tensor scale,
      @Nullable Tensor bias) {
    if (graph.type(deviation.x()).type() != DataType.FLOAT) {
      return;
    }
    Tensor factor = scale == null ? ones(deviation.normalized(graph)) : scale;
    List<String> inputs = new ArrayList<>();
    inputs.add(deviation.x());
    inputs.add(graph.addConstant(last.output() + "/scale", factor));
    if (bias != null) {
      inputs.add(graph.addConstant(last.output() + "/bias", bias));
    }
    graph.replace(last, new Op.LayerNormalization(deviation.axis(), deviation.epsilon()), inputs);
  }

  private static Tensor ones(Shape shape) {
    float[] ones = new float[shape.elements()];
    Arrays.fill(ones, 1);
    return Tensor.ofFloats(shape, ones);
  }
}
