package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** What contracts of products of codes have in common. */
abstract class ProductContract extends KernelContract {
  static final Op.Gemm PLAIN = new Op.Gemm(1f, 1f, false, false);

  final ApproximateSteps products = new ApproximateSteps();

  /** Every code by every code of a number, one product each: weights are finite. */
  final void allPairs(ProductArithmetic arithmetic) {
    int rows = 1 << arithmetic.a().grid().codeBits();
    int columns = 1 << arithmetic.channel(0).w().grid().codeBits();
    check(
        r -> r.withConstants(1).withArithmetic(arithmetic),
        PLAIN,
        Shape.of(rows, columns),
        ApproximateSteps.all(arithmetic.a(), rows, 1),
        numbers(ApproximateSteps.all(arithmetic.channel(0).w(), 1, columns)));
  }

  /** With zeros in place of what is no finite number. */
  private static Tensor numbers(Tensor codes) {
    float[] values = codes.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.isFinite(values[i]) ? values[i] : 0;
    }
    return Tensor.ofFloats(codes.shape(), values);
  }
}
