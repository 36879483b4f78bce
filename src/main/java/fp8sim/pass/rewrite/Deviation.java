package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.UnaryFunction;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value seen as the standard deviation of a tensor, {@code sqrt(mean((x - mean(x))^2) +
 * epsilon)}, over its last axes.
 *
 * @param x the tensor
 * @param axis the first of the axes, not negative
 */
record Deviation(String x, int axis, float epsilon) {

  /** The value as such a root; null if it is none. */
  static @Nullable Deviation of(GraphEditor graph, String value) {
    Node sqrt = graph.producer(value, UnaryFunction.SQRT);
    Node root = sqrt == null ? power(graph, value, 0.5) : sqrt;
    return root == null ? null : ofVariance(graph, root.input(0));
  }

  /** The value as 1 / such a root; null if it is none. */
  static @Nullable Deviation ofInverse(GraphEditor graph, String value) {
    Node inverse = graph.producer(value, UnaryFunction.RECIPROCAL);
    if (inverse != null) {
      return of(graph, inverse.input(0));
    }
    Node root = power(graph, value, -0.5);
    return root == null ? null : ofVariance(graph, root.input(0));
  }

  /** Whether a value is the tensor's mean over the same axes, which stay with size 1. */
  boolean isMean(GraphEditor graph, String value) {
    Node node = graph.producer(value);
    return node != null && node.input(0).equals(x) && meanAxis(graph, node) == axis;
  }

  /** Whether a value is the tensor less its mean. */
  boolean isCentred(GraphEditor graph, String value) {
    Node node = graph.producer(value, BinaryFunction.SUB);
    return node != null && node.input(0).equals(x) && isMean(graph, node.input(1));
  }

  /** The shape of the axes normalized. */
  Shape normalized(GraphEditor graph) {
    int[] dims = graph.shape(x).dims();
    return Shape.of(Arrays.copyOfRange(dims, axis, dims.length));
  }

  private static @Nullable Node power(GraphEditor graph, String value, double exponent) {
    Node pow = graph.producer(value, BinaryFunction.POW);
    return pow != null && Scalar.of(graph, pow.input(1)) == exponent ? pow : null;
  }

  private static @Nullable Deviation ofVariance(GraphEditor graph, String value) {
    Affine sum = Affine.of(graph, value);
    if (sum == null || sum.product().coefficient() != 1 || sum.product().factors().size() != 1) {
      return null;
    }
    Node mean = graph.producer(sum.product().factors().getFirst());
    int axis = mean == null ? -1 : meanAxis(graph, mean);
    if (mean == null || axis < 0) {
      return null;
    }
    Product square = Product.of(graph, mean.input(0));
    Node centred = graph.producer(square.factors().getFirst(), BinaryFunction.SUB);
    if (centred == null || square.coefficient() != 1 || square.factors().size() != 2) {
      return null;
    }
    Deviation deviation = new Deviation(centred.input(0), axis, (float) sum.constant());
    boolean matches = square.factors().stream().allMatch(d -> deviation.isCentred(graph, d));
    return matches ? deviation : null;
  }

  /** The first of the last axes over which a node takes the mean; -1 for any other node. */
  private static int meanAxis(GraphEditor graph, Node node) {
    Tensor axes =
        node.op() instanceof Op.Reduce op && op.function() == ReduceFunction.MEAN && op.keepDims()
            ? graph.constant(node.input(1))
            : null;
    if (axes == null) {
      return -1;
    }
    long[] values = ConstantElements.longs(axes);
    int first = graph.shape(node.input(0)).rank() - values.length;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != first + i) {
        return -1;
      }
    }
    return values.length == 0 ? -1 : first;
  }
}
