package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import java.util.Arrays;

/**
 * The matrix products of a MatMul or Gemm: products {@code [m,k] [k,n]}, of the matrices that start
 * at {@code aStarts[i]} and {@code bStarts[i]}; stored transposed if {@code transA} or {@code
 * transB}.
 */
record MatrixBatch(
    int m, int k, int n, boolean transA, boolean transB, int[] aStarts, int[] bStarts) {

  /** Of a step that is a Gemm or a MatMul. */
  static MatrixBatch of(Step step) {
    Shape left = step.input(0).shape();
    Shape right = step.input(1).shape();
    return switch (step.op()) {
      case Op.Gemm op -> ofGemm(left, right, op.transA(), op.transB());
      case Op.MatMul op -> ofMatMul(left, right, step.output().shape(), op.transB());
      default -> throw new IllegalStateException("no matrix product: " + step.describe());
    };
  }

  static MatrixBatch ofGemm(Shape a, Shape b, boolean transA, boolean transB) {
    return new MatrixBatch(
        a.dim(transA ? 1 : 0),
        a.dim(transA ? 0 : 1),
        b.dim(transB ? 0 : 1),
        transA,
        transB,
        new int[1],
        new int[1]);
  }

  /** As {@code numpy.matmul}: one-dimensional operands are a row and a column. */
  static MatrixBatch ofMatMul(Shape a, Shape b, Shape y, boolean transB) {
    Shape left = a.rank() == 1 ? Shape.of(1, a.dim(0)) : a;
    Shape right = b.rank() == 1 ? Shape.of(b.dim(0), 1) : b;
    int batchAxes = y.rank() - (a.rank() > 1 ? 1 : 0) - (b.rank() > 1 ? 1 : 0);
    Shape batch = leading(y, batchAxes);
    int m = left.dim(-2);
    int k = left.dim(-1);
    int n = right.dim(transB ? -2 : -1);
    return new MatrixBatch(
        m, k, n, false, transB, starts(left, batch, m * k), starts(right, batch, k * n));
  }

  private static Shape leading(Shape shape, int axes) {
    return Shape.of(Arrays.copyOf(shape.dims(), axes));
  }

  private static int[] starts(Shape operand, Shape batch, int matrix) {
    int[] starts = Strides.repeated(leading(operand, operand.rank() - 2), batch);
    for (int i = 0; i < starts.length; i++) {
      starts[i] *= matrix;
    }
    return starts;
  }

  int count() {
    return aStarts.length;
  }

  /** Position of element (i, l) of the left operand of product {@code p}. */
  int left(int p, int i, int l) {
    return aStarts[p] + (transA ? l * m + i : i * k + l);
  }

  /** Position of element (l, j) of the right operand of product {@code p}. */
  int right(int p, int l, int j) {
    return bStarts[p] + (transB ? j * k + l : l * n + j);
  }
}
