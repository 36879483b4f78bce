package fp8sim.kernel.simd.product;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;

/** The reference, which can do every step. */
public final class ReferenceWay implements ProductWay {
  /** Measured: some 20 million multiplications a second. */
  private static final double NANOSECONDS = 50;

  @Override
  public ProductMethod method() {
    return ProductMethod.REFERENCE;
  }

  @Override
  public boolean takesBlocks() {
    return true;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    return Estimate.of(NANOSECONDS * task.macs(), "no faster way fits");
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return task.reference().bind(task.step(), binding);
  }
}
