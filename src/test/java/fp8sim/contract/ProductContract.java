package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Shape;

/** What contracts of products of codes have in common. */
abstract class ProductContract extends KernelContract {
  static final Op.Gemm PLAIN = new Op.Gemm(1f, 1f, false, false);

  final ApproximateSteps products = new ApproximateSteps();

  /** Every code by every code, one product each. */
  final void allPairs(ProductArithmetic arithmetic) {
    int rows = 1 << arithmetic.a().grid().codeBits();
    int columns = 1 << arithmetic.channel(0).w().grid().codeBits();
    check(
        r -> r.withConstants(1).withArithmetic(arithmetic),
        PLAIN,
        Shape.of(rows, columns),
        ApproximateSteps.all(arithmetic.a(), rows, 1),
        ApproximateSteps.all(arithmetic.channel(0).w(), 1, columns));
  }
}
