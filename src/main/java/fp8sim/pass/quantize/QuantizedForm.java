package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.numerics.Extra;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.Numerics;
import fp8sim.pass.rewrite.EinsumProduct;
import fp8sim.pass.rewrite.GraphEditor;
import fp8sim.pass.rewrite.IntegerSums;
import fp8sim.pass.rewrite.Rewrite;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network in the form in which it is quantized: every product with a constant has it as a matrix
 * on the right, and what may be quantized is computed in float32. Networks that are not quantized
 * stay as they are.
 *
 * @param restoring as {@link GraphIndex} has it
 */
record QuantizedForm(Graph graph, Set<String> restoring) {

  static QuantizedForm of(Graph graph, Numerics numerics) {
    Set<String> restoring = new HashSet<>();
    List<Rewrite> rewrites =
        List.of(
            new WeightOnTheRight(restoring),
            new IntegerSums(),
            new EinsumProduct(restoring, node -> quantizesRight(numerics, node)));
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : editor.nodes()) {
      for (Rewrite rewrite : rewrites) {
        if (editor.has(node)) {
          rewrite.apply(editor, node);
        }
      }
    }
    Graph products = editor.takeChanged() ? editor.toGraph() : graph;
    Graph wide = Widening.widen(products, restoring, node -> isExtra(numerics, node));
    return new QuantizedForm(wide, restoring);
  }

  /** Whether the operands of a product of two computed values are quantized. */
  static boolean quantizesProducts(Numerics numerics, Node node) {
    LayerNumerics own = numerics.forNode(node.name());
    return Numerics.isQuantized(own.input()) && isProductWanted(numerics, own);
  }

  /** Whether at least the right operand of a product of two computed values is quantized. */
  static boolean quantizesRight(Numerics numerics, Node node) {
    boolean cached =
        numerics.placement().extras().contains(Extra.KV_CACHE)
            && Numerics.isQuantized(numerics.forNode(node.name()).input());
    return cached || quantizesProducts(numerics, node);
  }

  /** Whether operands of products of two computed values are to be quantized, if any are. */
  static boolean isProductWanted(Numerics numerics, LayerNumerics own) {
    return numerics.placement().extras().contains(Extra.ATTENTION) || own.product().isApproximate();
  }

  static boolean isGelu(Op.Unary unary) {
    return unary.function() == UnaryFunction.GELU || unary.function() == UnaryFunction.GELU_TANH;
  }

  /** Whether a node that is no layer is quantized all the same. */
  private static boolean isExtra(Numerics numerics, Node node) {
    Set<Extra> extras = Set.copyOf(numerics.placement().extras());
    return switch (node.op()) {
      case Op.MatMul _ -> quantizesRight(numerics, node);
      case Op.LayerNormalization _, Op.RmsNormalization _ -> extras.contains(Extra.LAYERNORM);
      case Op.Softmax _ -> extras.contains(Extra.SOFTMAX);
      case Op.Unary unary -> extras.contains(Extra.GELU) && isGelu(unary);
      default -> false;
    };
  }
}
