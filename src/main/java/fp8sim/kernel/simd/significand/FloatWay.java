package fp8sim.kernel.simd.significand;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;

/** Products that are those of numbers, by the kernels of float32. */
public final class FloatWay implements ProductWay {
  @Override
  public ProductMethod method() {
    return ProductMethod.FLOAT32;
  }

  @Override
  public boolean takesBlocks() {
    return true;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    FloatPlan plan = plan(task);
    if (!plan.isPossible()) {
      return Estimate.impossible(plan.misfit());
    }
    double nanoseconds = TileCost.of(task, plan.areWeightsInLanes(), machine, 1);
    return Estimate.of(nanoseconds, "products of numbers, sums exact in float32");
  }

  private static FloatPlan plan(ProductTask task) {
    return task.finding(FloatPlan.class, FloatPlan::of);
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return new FactoredStep(task, plan(task), binding).bind();
  }
}
