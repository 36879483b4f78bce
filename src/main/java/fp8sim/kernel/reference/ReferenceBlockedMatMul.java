package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;

/** Gemm and MatMul of codes in blocks along k. Blocks are added in index order. */
final class ReferenceBlockedMatMul {
  private final MatrixBatch batch;
  private final BlockedSums sums;
  private final Shape left;
  private final Shape right;

  private ReferenceBlockedMatMul(Step step, ProductArithmetic arithmetic) {
    left = step.input(0).shape();
    right = step.input(1).shape();
    batch = MatrixBatch.of(step);
    sums = new BlockedSums(step, arithmetic, batch.k());
  }

  static Executable bind(Step step, ProductArithmetic arithmetic, Binding binding) {
    ReferenceBlockedMatMul product = new ReferenceBlockedMatMul(step, arithmetic);
    return ReferenceGemm.bind(step, binding, product::run);
  }

  private float[] run(float[] valuesA, float[] valuesB) {
    int n = batch.n();
    int matrix = batch.k() * n;
    BlockedOperand a = sums.left(left, valuesA);
    BlockedOperand b =
        sums.right(right, valuesB, i -> batch.transB() ? i % matrix / batch.k() : i % n);
    float[] y = new float[batch.count() * batch.m() * n];
    for (int o = 0; o < y.length; o++) {
      y[o] = sum(a, b, o / n / batch.m(), o / n % batch.m(), o % n);
    }
    return y;
  }

  private float sum(BlockedOperand a, BlockedOperand b, int p, int i, int j) {
    sums.start(j);
    int end;
    for (int l = 0; l < batch.k(); l = end) {
      end = Math.min(a.blockEnd(l, batch.k()), b.blockEnd(l, batch.k()));
      for (int term = l; term < end; term++) {
        sums.add(a.codes()[batch.left(p, i, term)], b.codes()[batch.right(p, term, j)]);
      }
      sums.endBlock(a.scales()[batch.left(p, i, l)], b.scales()[batch.right(p, l, j)]);
    }
    return sums.result();
  }
}
