package fp8sim.kernel.simd.significand;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;

/** Entries of tables in registers times powers of two, in the kernels of float32. */
public final class SignificandWay implements ProductWay {
  /** How much longer than one of float32 a product takes, of one table and of one in two parts. */
  private static final double SINGLE = 2.1;

  private static final double SPLIT = 3.9;

  /** How much longer a product takes in an exact sum, with either sign in the table or not. */
  private static final double EXACT = 2.2;

  private static final double EXACT_SIGNED = 1.6;

  /** How much longer exact sums of convolutions take than those of matrices (ResNet-18). */
  private static final double EXACT_CONVOLUTION = 1.6;

  @Override
  public ProductMethod method() {
    return ProductMethod.SIGNIFICANDS;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    SignificandPlan plan = plan(task);
    if (!plan.isPossible()) {
      return Estimate.impossible(plan.misfit());
    }
    int classes = plan.factors().classes();
    double ratio = TileKind.of(classes).isSplit() ? SPLIT : SINGLE;
    if (FactorLimits.isExact(task) && FactorLimits.sumBits(task) > SumForm.FLOAT_BITS) {
      ratio *= TileKind.ofExact(classes).isSigned() ? EXACT_SIGNED : EXACT;
      ratio *= task.kind() == ProductTask.Kind.CONV ? EXACT_CONVOLUTION : 1;
    }
    boolean weights = plan.areWeightsInLanes();
    return Estimate.of(
        TileCost.of(task, weights, machine, ratio),
        "%d significands in lanes of %s".formatted(classes, weights ? "channels" : "positions"));
  }

  private static SignificandPlan plan(ProductTask task) {
    return task.finding(SignificandPlan.class, SignificandPlan::of);
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return new FactoredStep(task, plan(task), binding).bind();
  }
}
