package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * LayerNormalization as Keras computes it: {@code x * f + (bias - mean * f)} with {@code f = scale
 * / sqrt(variance + epsilon)}.
 */
final class KerasLayerNormalizationPattern implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (node.op() instanceof Op.Binary op && op.function() == BinaryFunction.ADD) {
      if (!match(graph, node, node.input(0), node.input(1))) {
        match(graph, node, node.input(1), node.input(0));
      }
    }
  }

  private static boolean match(GraphEditor graph, Node node, String scaled, String shift) {
    Node product = graph.producer(scaled, BinaryFunction.MUL);
    Node difference = graph.producer(shift, BinaryFunction.SUB);
    Node offset =
        difference == null ? null : graph.producer(difference.input(1), BinaryFunction.MUL);
    if (product == null || difference == null || offset == null) {
      return false;
    }
    for (int i = 0; i < 2; i++) {
      String factor = product.input(1 - i);
      Node scaling = graph.producer(factor, BinaryFunction.MUL);
      Deviation deviation = scaling == null ? null : deviation(graph, scaling);
      if (scaling == null || deviation == null || !deviation.x().equals(product.input(i))) {
        continue;
      }
      Shape normalized = deviation.normalized(graph);
      Tensor scale = LayerNormalizationPattern.constant(graph, scaling, normalized);
      Tensor bias =
          LayerNormalizationPattern.alongNormalized(graph, difference.input(0), normalized);
      if (scale != null && bias != null && isMeanTimes(graph, offset, deviation, factor)) {
        LayerNormalizationPattern.replace(graph, node, deviation, scale, bias);
        return true;
      }
    }
    return false;
  }

  private static @Nullable Deviation deviation(GraphEditor graph, Node scaling) {
    Deviation first = Deviation.ofInverse(graph, scaling.input(0));
    return first == null ? Deviation.ofInverse(graph, scaling.input(1)) : first;
  }

  private static boolean isMeanTimes(
      GraphEditor graph, Node offset, Deviation deviation, String factor) {
    return (offset.input(0).equals(factor) && deviation.isMean(graph, offset.input(1)))
        || (offset.input(1).equals(factor) && deviation.isMean(graph, offset.input(0)));
  }
}
