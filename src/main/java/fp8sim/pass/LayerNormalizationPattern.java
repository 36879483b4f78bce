package fp8sim.pass;

import fp8sim.graph.Binary;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.LayerNormalization;
import fp8sim.graph.Node;
import fp8sim.graph.Reduce;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LayerNormalization as exporters write it before opset 17: {@code (x - mean) / sqrt(mean((x -
 * mean)^2) + epsilon)}, then often {@code * scale + bias}.
 */
final class LayerNormalizationPattern implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (!(node.op() instanceof Binary)) {
      return;
    }
    String variance = variancePlusEpsilon(graph, node);
    Affine sum = variance == null ? null : Affine.of(graph, variance);
    Node centred = graph.producer(node.input(0), BinaryFunction.SUB);
    if (sum == null || centred == null || sum.product().factors().size() != 1) {
      return;
    }
    String x = centred.input(0);
    Node mean = meanOf(graph, sum.product().factors().getFirst(), null);
    if (mean == null || sum.product().coefficient() != 1) {
      return;
    }
    long[] axes = axes(graph, mean);
    Product square = Product.of(graph, mean.input(0));
    boolean matches =
        square.coefficient() == 1
            && square.factors().size() == 2
            && square.factors().stream().allMatch(d -> isCentred(graph, d, x, axes))
            && isCentred(graph, node.input(0), x, axes);
    int rank = graph.shape(x).rank();
    if (matches && isTail(axes, rank) && graph.type(x).type() == DataType.FLOAT) {
      replace(graph, node, x, rank - axes.length, (float) sum.constant());
    }
  }

  /** The {@code variance + epsilon} by whose root the node divides. */
  private static @Nullable String variancePlusEpsilon(GraphEditor graph, Node node) {
    Node root = null;
    if (isFunction(node, BinaryFunction.DIV)) {
      root = root(graph, node.input(1), 0.5);
    } else if (isFunction(node, BinaryFunction.MUL)) {
      Node inverse = graph.producer(node.input(1), UnaryFunction.RECIPROCAL);
      root =
          inverse == null ? root(graph, node.input(1), -0.5) : root(graph, inverse.input(0), 0.5);
    }
    return root == null ? null : root.input(0);
  }

  private static boolean isFunction(Node node, BinaryFunction function) {
    return node.op() instanceof Binary op && op.function() == function;
  }

  /** The node that raises to this power, 0.5 also as Sqrt. */
  private static @Nullable Node root(GraphEditor graph, String value, double power) {
    Node sqrt = graph.producer(value, UnaryFunction.SQRT);
    if (sqrt != null && power == 0.5) {
      return sqrt;
    }
    Node pow = graph.producer(value, BinaryFunction.POW);
    return pow != null && Scalar.of(graph, pow.input(1)) == power ? pow : null;
  }

  /** The ReduceMean that makes a value and keeps its axes; of {@code x} if that is given. */
  private static @Nullable Node meanOf(GraphEditor graph, String value, @Nullable String x) {
    Node node = graph.producer(value);
    return node != null
            && node.op() instanceof Reduce op
            && op.function() == ReduceFunction.MEAN
            && op.keepDims()
            && (x == null || x.equals(node.input(0)))
        ? node
        : null;
  }

  private static long[] axes(GraphEditor graph, Node mean) {
    Tensor axes = graph.constant(mean.input(1));
    return axes == null ? new long[0] : Elements.longs(axes);
  }

  private static boolean isCentred(GraphEditor graph, String value, String x, long[] axes) {
    Node node = graph.producer(value, BinaryFunction.SUB);
    Node mean = node == null ? null : meanOf(graph, node.input(1), x);
    return node != null
        && mean != null
        && node.input(0).equals(x)
        && Arrays.equals(axes(graph, mean), axes);
  }

  private static boolean isTail(long[] axes, int rank) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] != rank - axes.length + i) {
        return false;
      }
    }
    return axes.length > 0;
  }

  private static void replace(GraphEditor graph, Node node, String x, int axis, float epsilon) {
    Shape normalized =
        Shape.of(Arrays.copyOfRange(graph.shape(x).dims(), axis, graph.shape(x).rank()));
    Node last = node;
    Tensor scale = next(graph, node, BinaryFunction.MUL, normalized);
    Tensor bias = null;
    if (scale != null) {
      last = reader(graph, node);
      bias = next(graph, last, BinaryFunction.ADD, normalized);
      if (bias != null) {
        last = reader(graph, last);
      }
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(x);
    inputs.add(
        graph.addConstant(last.output() + "/scale", scale == null ? ones(normalized) : scale));
    if (bias != null) {
      inputs.add(graph.addConstant(last.output() + "/bias", bias));
    }
    graph.replace(last, new LayerNormalization(axis, epsilon), inputs);
  }

  private static Node reader(GraphEditor graph, Node node) {
    Node reader = graph.onlyReader(node.output());
    if (reader == null) {
      throw new IllegalStateException("nobody reads " + node.output());
    }
    return reader;
  }

  /** The constant that the only reader of a node applies along the normalized axes. */
  private static @Nullable Tensor next(
      GraphEditor graph, Node node, BinaryFunction function, Shape normalized) {
    Node reader = graph.onlyReader(node.output());
    if (reader == null || !isFunction(reader, function)) {
      return null;
    }
    String other = reader.input(reader.input(0).equals(node.output()) ? 1 : 0);
    Tensor constant = graph.constant(other);
    TensorType result = graph.type(reader.output());
    if (constant == null || !result.equals(graph.type(node.output()))) {
      return null;
    }
    int[] dims = constant.shape().dims();
    int from = Math.max(0, dims.length - normalized.rank());
    boolean fits =
        constant.shape().elements(0, from) == 1
            && Shape.of(Arrays.copyOfRange(dims, from, dims.length)).equals(normalized);
    return fits ? constant.reshape(normalized) : null;
  }

  private static Tensor ones(Shape shape) {
    float[] ones = new float[shape.elements()];
    Arrays.fill(ones, 1);
    return Tensor.ofFloats(shape, ones);
  }
}
