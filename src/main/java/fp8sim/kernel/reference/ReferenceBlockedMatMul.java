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

/** Gemm and MatMul of codes in blocks along k. Blocks are added in index order. */
final class ReferenceBlockedMatMul {
  private final MatrixBatch batch;
  private final BlockedSums sums;
  private final Shape left;
  private final Shape right;

  private ReferenceBlockedMatMul(Step step, ProductArithmetic arithmetic, Shape y) {
    left = step.input(0).shape();
    right = step.input(1).shape();
    batch =
        step.op() instanceof Op.Gemm op
            ? MatrixBatch.ofGemm(left, right, op.transA(), op.transB())
            : MatrixBatch.ofMatMul(left, right, y, ((Op.MatMul) step.op()).transB());
    sums = new BlockedSums(step, arithmetic, batch.k());
  }

  static Executable bind(Step step, ProductArithmetic arithmetic, Binding binding) {
    Tensor y = binding.tensor(step.output());
    ReferenceBlockedMatMul product = new ReferenceBlockedMatMul(step, arithmetic, y.shape());
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
