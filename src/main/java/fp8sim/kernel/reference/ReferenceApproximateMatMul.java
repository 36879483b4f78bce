package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;

/** Gemm and MatMul of codes, terms added in the order k = 0, 1, ... */
final class ReferenceApproximateMatMul {
  private final MatrixBatch batch;
  private final ApproximateSums sums;

  private ReferenceApproximateMatMul(MatrixBatch batch, ApproximateSums sums) {
    this.batch = batch;
    this.sums = sums;
  }

  static Executable bind(Step step, ProductArithmetic arithmetic, Binding binding) {
    MatrixBatch batch = MatrixBatch.of(step);
    ApproximateSums sums = new ApproximateSums(step, arithmetic, batch.k());
    ReferenceApproximateMatMul product = new ReferenceApproximateMatMul(batch, sums);
    return ReferenceGemm.bind(step, binding, product::run);
  }

  private float[] run(float[] a, float[] b) {
    int n = batch.n();
    int matrix = batch.k() * n;
    int[] codesA = sums.codes(a);
    int[] codesB = sums.codes(b, i -> batch.transB() ? i % matrix / batch.k() : i % n);
    float[] y = new float[batch.count() * batch.m() * n];
    for (int o = 0; o < y.length; o++) {
      int j = o % n;
      int i = o / n % batch.m();
      int p = o / n / batch.m();
      sums.start(j);
      for (int l = 0; l < batch.k(); l++) {
        sums.add(codesA[batch.left(p, i, l)], codesB[batch.right(p, l, j)]);
      }
      y[o] = sums.result();
    }
    return y;
  }
}
