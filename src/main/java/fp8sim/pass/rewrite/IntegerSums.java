package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Products of codes whose sums are made int32 and then float32, as MatMulInteger and ConvInteger
 * are imported: without the way over integers, which would cut off fractions once operands are
 * quantized anew. Only for networks that are.
 */
public final class IntegerSums implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    Node narrow = cast(graph, node, DataType.FLOAT);
    Node wide = narrow == null ? null : cast(graph, narrow, DataType.INT32);
    Node sums = wide == null ? null : cast(graph, wide, DataType.INT64);
    if (wide != null && sums != null && isProductOfCodes(graph, sums)) {
      graph.replace(node, node.op(), List.of(wide.input(0)));
    }
  }

  /** What makes the input of a Cast to a type; null if the node is none. */
  private static @Nullable Node cast(GraphEditor graph, Node node, DataType to) {
    boolean is = node.op() instanceof Op.Cast op && op.to() == to;
    return is ? graph.producer(node.input(0)) : null;
  }

  private static boolean isProductOfCodes(GraphEditor graph, Node node) {
    boolean isProduct = node.op() instanceof Op.MatMul || node.op() instanceof Op.Conv;
    return isProduct
        && graph.type(node.output()).type() == DataType.DOUBLE
        && isCodes(graph, node.input(0))
        && isCodes(graph, node.input(1));
  }

  /** Constants were codes; computed codes have just become float64. */
  private static boolean isCodes(GraphEditor graph, String value) {
    Node producer = graph.producer(value);
    if (producer == null) {
      return graph.constant(value) != null;
    }
    return switch (producer.op()) {
      case Op.DequantizeLinear _ -> true;
      case Op.Cast _ -> graph.type(producer.input(0)).type().isInteger();
      default -> false;
    };
  }
}
