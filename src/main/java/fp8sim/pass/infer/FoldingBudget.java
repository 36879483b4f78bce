package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps constant folding cheap: a small file can ask for large constants and for long products of
 * them. What is not folded is computed when the network runs.
 */
final class FoldingBudget {
  /** Larger results must come from operands of half their size at least. */
  private static final long MAX_RESULT = 64L << 20;

  /** All results that are larger than their operands, each operand once, together. */
  private static final long MAX_GROWTH = 256L << 20;

  /**
   * All results together, beside {@link #MAX_GROWTH}, as a multiple of the model's own constants:
   * weights are unpacked to four times their size, transposed and scaled.
   */
  private static final long MAX_COPIES = 8;

  /** Multiplications that take about a second in plain loops. */
  private static final double MAX_PRODUCTS = 1e9;

  private final long most;
  private long growth;
  private long total;

  /** A budget for a model whose constants have so many bytes. */
  FoldingBudget(long constantBytes) {
    most = MAX_GROWTH + MAX_COPIES * constantBytes;
  }

  /** Whether results of these types may be kept; counts them if so. */
  boolean allows(List<@Nullable Tensor> inputs, List<TensorType> results) {
    long bytes = results.stream().mapToLong(TensorType::bytes).sum();
    long inputBytes = bytesOf(inputs);
    long grown = Math.max(0, bytes - inputBytes);
    if (bytes > Math.max(MAX_RESULT, 2 * inputBytes)
        || growth + grown > MAX_GROWTH
        || total + bytes > most) {
      return false;
    }
    growth += grown;
    total += bytes;
    return true;
  }

  /** A tensor that is read twice counts once: else doubling it would be no growth. */
  private static long bytesOf(List<@Nullable Tensor> inputs) {
    Set<Tensor> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Tensor input : inputs) {
      if (input != null) {
        distinct.add(input);
      }
    }
    return distinct.stream().mapToLong(input -> input.data().byteSize()).sum();
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
    if (node.op() instanceof Op.Det && first != null) {
      return Math.pow(first.shape().dim(-1), 3);
    }
    if (node.op() instanceof Op.LpPool pool) {
      return pool.window().kernel().stream().mapToDouble(size -> size).reduce(1, (m, n) -> m * n);
    }
    if (first == null || second == null) {
      return 1;
    }
    Shape a = first.shape();
    Shape b = second.shape();
    return switch (node.op()) {
      case Op.MatMul _ -> a.dim(-1);
      case Op.Gemm op -> a.dim(op.transA() ? 0 : 1);
      case Op.Recurrence _ -> b.dim(0);
      case Op.RoiAlign op ->
          Math.max((double) op.samples() * op.samples(), a.elements(2, a.rank()));
      case Op.MaxRoiPool _ -> a.elements(2, a.rank());
      case Op.LinearAttention _ -> 3.0 * a.dim(3);
      case Op.Conv _ -> b.elements(1, b.rank());
      case Op.ConvTranspose _ -> (double) a.dim(1) * b.elements(2, b.rank());
      case Op.Einsum op -> {
        List<Shape> shapes = inputs.stream().filter(Objects::nonNull).map(Tensor::shape).toList();
        yield EinsumRule.products(op.equation(), shapes) / Math.max(1, elements);
      }
      default -> 1;
    };
  }
}
