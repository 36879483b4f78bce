package fp8sim.kernel.simd.significand;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;

/** Entries of tables in registers times powers of two, in the kernels of float32. */
public final class SignificandWay implements ProductWay {
  private static final int WIDEST_BITS = 512;

  /** How much longer than one of float32 a product takes, of one table and of one in two parts. */
  private static final double SINGLE = 2.1;

  private static final double SPLIT = 3.9;

  /** How much longer a product takes in an exact sum, with either sign in the table or not. */
  private static final double EXACT = 2.2;

  private static final double EXACT_SIGNED = 1.6;

  /** How much longer exact sums of convolutions take than those of matrices (ResNet-18). */
  private static final double EXACT_CONVOLUTION = 1.6;

  /** How much longer a product takes in a sum of floats that is widened now and then. */
  private static final double FLOAT_RANGES = 1.25;

  /** How much longer a product takes in a sum of doubles, with vectors of 512 bits. */
  private static final double DOUBLES = 2.1;

  /** Likewise with narrower ones, which hold too few doubles to select from (AVX2, Zen 5). */
  private static final double NARROW_DOUBLES = 14;

  @Override
  public ProductMethod method() {
    return ProductMethod.SIGNIFICANDS;
  }

  @Override
  public boolean takesBlocks() {
    return true;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    SignificandPlan plan = plan(task);
    if (!plan.isPossible()) {
      return Estimate.impossible(plan.misfit());
    }
    int classes = plan.factors().classes();
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    SumForm.Kind sums = expectedSums(task);
    TileKind kind = TileKind.of(classes, sums);
    double ratio =
        (kind.isSplit() ? SPLIT : SINGLE)
            * switch (sums) {
              case FLOATS -> 1;
              case FLOAT_RANGES -> FLOAT_RANGES;
              case INTEGERS, INTEGER_RANGES ->
                  (kind.isSigned() ? EXACT_SIGNED : EXACT) * (isConv ? EXACT_CONVOLUTION : 1);
              case DOUBLES -> machine.vectorBits() < WIDEST_BITS ? NARROW_DOUBLES : DOUBLES;
            };
    boolean weights = plan.areWeightsInLanes();
    return Estimate.of(
        TileCost.of(task, weights, machine, ratio),
        "%d significands in lanes of %s".formatted(classes, weights ? "channels" : "positions"));
  }

  private static SumForm.Kind expectedSums(ProductTask task) {
    if (task.arithmetic().isBlocked()) {
      return SumBound.ofBlock(task).kind();
    }
    return FactorLimits.isExact(task)
        ? SumForm.expected(
            IntegerTables.of(task).bits(), FactorLimits.sumBits(task), task.isConstant())
        : SumForm.Kind.FLOATS;
  }

  private static SignificandPlan plan(ProductTask task) {
    return task.finding(SignificandPlan.class, SignificandPlan::of);
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return new FactoredStep(task, plan(task), binding).bind();
  }
}
