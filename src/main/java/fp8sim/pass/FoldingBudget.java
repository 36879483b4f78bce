package fp8sim.pass;

import fp8sim.graph.Conv;
import fp8sim.graph.ConvTranspose;
import fp8sim.graph.Einsum;
import fp8sim.graph.Gemm;
import fp8sim.graph.MatMul;
import fp8sim.graph.Node;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps constant folding cheap: a small file can ask for large constants and for long products of
 * them. What is not folded is computed when the network runs.
 */
final class FoldingBudget {
  /** Larger results must come from operands of half their size at least. */
  private static final long MAX_RESULT = 64L << 20;

  /** All results that are larger than their operands, together. */
  private static final long MAX_GROWTH = 256L << 20;

  /** Multiplications that take about a second in plain loops. */
  private static final double MAX_PRODUCTS = 1e9;

  private long growth;

  /** Whether results of these types may be kept; counts them if so. */
  boolean allows(long inputBytes, List<TensorType> results) {
    long bytes = results.stream().mapToLong(TensorType::bytes).sum();
    long grown = Math.max(0, bytes - inputBytes);
    if (bytes > Math.max(MAX_RESULT, 2 * inputBytes) || growth + grown > MAX_GROWTH) {
      return false;
    }
    growth += grown;
    return true;
  }

  /** Whether computing the node is no long product of matrices. */
  static boolean isCheap(Node node, List<@Nullable Tensor> inputs, List<TensorType> results) {
    double elements = results.getFirst().shape().elements();
    return elements * termsPerElement(node, inputs, elements) <= MAX_PRODUCTS;
  }

  /** How many products are added to one element of the result. */
  private static double termsPerElement(Node node, List<@Nullable Tensor> inputs, double elements) {
    Tensor first = inputs.isEmpty() ? null : inputs.getFirst();
    Tensor second = inputs.size() < 2 ? null : inputs.get(1);
    if (first == null || second == null) {
      return 1;
    }
    Shape a = first.shape();
    Shape b = second.shape();
    return switch (node.op()) {
      case MatMul _ -> a.dim(-1);
      case Gemm op -> a.dim(op.transA() ? 0 : 1);
      case Conv _ -> b.elements(1, b.rank());
      case ConvTranspose _ -> (double) a.dim(1) * b.elements(2, b.rank());
      case Einsum op -> {
        List<Shape> shapes = inputs.stream().filter(Objects::nonNull).map(Tensor::shape).toList();
        yield EinsumRule.products(op.equation(), shapes) / Math.max(1, elements);
      }
      default -> 1;
    };
  }
}
