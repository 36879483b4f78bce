package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.function.Supplier;

/** Gemm and MatMul of codes, terms added in the order k = 0, 1, ... */
final class ReferenceApproximateMatMul {
  private final MatrixBatch batch;
  private final ApproximateSums sums;

  private ReferenceApproximateMatMul(MatrixBatch batch, ApproximateSums sums) {
    this.batch = batch;
    this.sums = sums;
  }

  static Executable bind(Step step, ProductArithmetic arithmetic, Binding binding) {
    Tensor y = binding.tensor(step.output());
    Shape left = step.input(0).shape();
    Shape right = step.input(1).shape();
    MatrixBatch batch =
        step.op() instanceof Op.Gemm op
            ? MatrixBatch.ofGemm(left, right, op.transA(), op.transB())
            : MatrixBatch.ofMatMul(left, right, y.shape(), ((Op.MatMul) step.op()).transB());
    ApproximateSums sums = new ApproximateSums(step, arithmetic, batch.k());
    ReferenceApproximateMatMul product = new ReferenceApproximateMatMul(batch, sums);
    Supplier<float[]> a = Inputs.floats(step.input(0), binding);
    Supplier<float[]> b = Inputs.floats(step.input(1), binding);
    if (step.op() instanceof Op.Gemm op) {
      Operand addend = step.optionalInput(2);
      Supplier<float[]> c = addend == null ? () -> new float[0] : Inputs.floats(addend, binding);
      int[] at = addend == null ? null : Strides.repeated(addend.shape(), y.shape());
      return parallel ->
          Values.store(y, ReferenceGemm.finish(op, product.run(a.get(), b.get()), c.get(), at));
    }
    return parallel -> Values.store(y, product.run(a.get(), b.get()));
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
