package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention: {@code softmax(q k' * scale + mask) v}. The scale may be a product
 * or a quotient, of the scores, of q or of k; the mask is optional.
 */
final class AttentionPattern implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    Node softmax = node.op() instanceof Op.MatMul op && !op.transB() ? softmax(graph, node) : null;
    if (softmax == null || graph.type(node.output()).type() != DataType.FLOAT) {
      return;
    }
    Scores plain = scores(graph, softmax.input(0), "");
    Scores scores = plain == null ? masked(graph, softmax.input(0)) : plain;
    boolean hasWeight = graph.constant(node.input(1)) != null;
    if (scores == null || hasWeight || graph.shape(node.input(1)).rank() < 2) {
      return;
    }
    Op.MatMul op = (Op.MatMul) scores.product.op();
    Scaled q = Scaled.of(graph, scores.product.input(0));
    Scaled k = Scaled.of(graph, scores.product.input(1));
    if (graph.shape(q.value).rank() < 2 || graph.shape(k.value).rank() < 2) {
      return;
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(q.value);
    inputs.add(op.transB() ? k.value : transposed(graph, scores.product, k.value));
    inputs.add(node.input(1));
    if (!scores.mask.isEmpty()) {
      inputs.add(scores.mask);
    }
    float scale = (float) (q.scale * k.scale * scores.scale);
    graph.replace(node, new Op.Attention(scale), inputs);
  }

  private static @Nullable Node softmax(GraphEditor graph, Node node) {
    Node softmax = graph.producer(node.input(0));
    return softmax != null
            && softmax.op() instanceof Op.Softmax op
            && !op.log()
            && !op.toEnd()
            && op.axis() == graph.shape(softmax.output()).rank() - 1
            && graph.hasOneReader(softmax.output())
        ? softmax
        : null;
  }

  /** A product of two activations with a factor, and the mask that is added to it. */
  private record Scores(Node product, double scale, String mask) {}

  private static @Nullable Scores scores(GraphEditor graph, String value, String mask) {
    Scaled scaled = Scaled.of(graph, value);
    Node product = graph.producer(scaled.value);
    return product != null
            && product.op() instanceof Op.MatMul
            && graph.hasOneReader(scaled.value)
            && graph.constant(product.input(0)) == null
            && graph.constant(product.input(1)) == null
        ? new Scores(product, scaled.scale, mask)
        : null;
  }

  private static @Nullable Scores masked(GraphEditor graph, String value) {
    Node sum = graph.producer(value, BinaryFunction.ADD);
    if (sum == null || !graph.hasOneReader(value)) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      String side = sum.input(i);
      // The scores have the full shape; a mask that is larger in batch would not fit.
      Scores scores =
          graph.shape(side).equals(graph.shape(value))
              ? scores(graph, side, sum.input(1 - i))
              : null;
      if (scores != null) {
        return scores;
      }
    }
    return null;
  }

  /** {@code value * scale}, with the scale taken off where one node alone reads the product. */
  private record Scaled(String value, double scale) {
    private static Scaled of(GraphEditor graph, String value) {
      Node mul = graph.producer(value, BinaryFunction.MUL);
      Node div = graph.producer(value, BinaryFunction.DIV);
      if ((mul == null && div == null) || !graph.hasOneReader(value)) {
        return new Scaled(value, 1);
      }
      for (int i = 0; mul != null && i < 2; i++) {
        double scale = Scalar.of(graph, mul.input(i));
        if (isUsable(scale) && sameShape(graph, mul.input(1 - i), value)) {
          return new Scaled(mul.input(1 - i), scale);
        }
      }
      double divisor = div == null ? Double.NaN : Scalar.of(graph, div.input(1));
      return div != null && isUsable(1 / divisor) && sameShape(graph, div.input(0), value)
          ? new Scaled(div.input(0), 1 / divisor)
          : new Scaled(value, 1);
    }

    private static boolean isUsable(double scale) {
      return scale > 0 && !Double.isInfinite(scale);
    }

    private static boolean sameShape(GraphEditor graph, String a, String b) {
      return graph.shape(a).equals(graph.shape(b));
    }
  }

  /** The value with its last two axes exchanged; a Transpose that makes it is changed instead. */
  private static String transposed(GraphEditor graph, Node next, String value) {
    Node node = graph.producer(value);
    String source = value;
    List<Integer> perm = new ArrayList<>();
    if (node != null && node.op() instanceof Op.Transpose op) {
      source = node.input(0);
      perm.addAll(op.perm());
    } else {
      IntStream.range(0, graph.shape(value).rank()).forEach(perm::add);
    }
    int rank = perm.size();
    Collections.swap(perm, rank - 2, rank - 1);
    if (RemoveNoOperation.onlyMovesOnes(perm, graph.shape(source), true)) {
      return source;
    }
    int[] dims = perm.stream().mapToInt(graph.shape(source)::dim).toArray();
    TensorType type = new TensorType(graph.type(value).type(), Shape.of(dims));
    return graph.addBefore(
        next, "transposed", new Op.Transpose(List.copyOf(perm)), List.of(source), type);
  }
}
