package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Moves the elements of operands in front of a product and of results behind it. Constants are
 * moved at once.
 */
public final class Rearrangement {
  private final GraphEditor graph;
  private final Set<String> restoring;

  /**
   * For the products of a graph.
   *
   * @param restoring takes the names of nodes that give a result the order that its readers expect
   */
  public Rearrangement(GraphEditor graph, Set<String> restoring) {
    this.graph = graph;
    this.restoring = restoring;
  }

  /** A value with its last two axes exchanged, for a node. */
  public String transposed(Node reader, String value) {
    return permuted(reader, value, Permutation.ofLastTwo(graph.shape(value).rank()));
  }

  /** A value with its axes in another order, for a node. */
  String permuted(Node reader, String value, Permutation order) {
    Tensor constant = graph.constant(value);
    Node before = graph.producer(value);
    if (order.isIdentity()) {
      return value;
    }
    if (constant != null) {
      return graph.addConstant(value + "/transposed", order.apply(constant));
    }
    if (before != null && before.op().equals(order.op()) && isInverse(order)) {
      return before.input(0);
    }
    TensorType type = graph.type(value);
    TensorType moved = new TensorType(type.type(), order.apply(type.shape()));
    return graph.addBefore(reader, "transposed", order.op(), List.of(value), moved);
  }

  private static boolean isInverse(Permutation order) {
    for (int i = 0; i < order.axes().size(); i++) {
      if (order.axes().get(order.axes().get(i)) != i) {
        return false;
      }
    }
    return true;
  }

  /** A value under another shape, for a node. */
  public String reshaped(Node reader, String value, Shape shape) {
    TensorType type = graph.type(value);
    Tensor constant = graph.constant(value);
    if (type.shape().equals(shape)) {
      return value;
    }
    if (constant != null) {
      return graph.addConstant(value + "/reshaped", constant.reshape(shape));
    }
    List<String> inputs = List.of(value, graph.addConstant(value + "/shape", dims(shape)));
    TensorType reshaped = new TensorType(type.type(), shape);
    return graph.addBefore(reader, "reshaped", new Op.Reshape(true), inputs, reshaped);
  }

  /**
   * Has the node that makes a value make it with the axes in another order before they are put in
   * this one.
   *
   * @param before the shape in front of the Transpose
   * @return the name of the value in front
   */
  public String transposeBehind(String value, Permutation order, Shape before) {
    return order.isIdentity() ? value : behind(value, "transposed", order.op(), before, List.of());
  }

  /** Has the node that makes a value make it under another shape before it gets its own. */
  public void reshapeBehind(String value, Shape before) {
    Shape after = graph.shape(value);
    if (!before.equals(after)) {
      String target = graph.addConstant(value + "/shape", dims(after));
      behind(value, "reshaped", new Op.Reshape(true), before, List.of(target));
    }
  }

  private String behind(String value, String suffix, Op op, Shape before, List<String> others) {
    TensorType type = new TensorType(graph.type(value).type(), before);
    Node behind = graph.addBehind(value, suffix, op, type, others);
    restoring.add(behind.name());
    return behind.input(0);
  }

  private static Tensor dims(Shape shape) {
    long[] dims = new long[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(i);
    }
    return Tensor.ofLongs(Shape.of(dims.length), dims);
  }
}
