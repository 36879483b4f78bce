package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Step;

/** ConvTranspose of codes; of float32 numbers by the reference. */
final class SimdTransposedConvolution extends ProductFamilyKernel {
  private static final int CHANNEL_AXIS = 1;

  private final ProductWays products;

  SimdTransposedConvolution(Kernel reference, ProductWays products) {
    super(reference);
    this.products = products;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.TRANSPOSED_CONVOLUTION;
  }

  @Override
  ProductWays ways(Step step) {
    return products;
  }

  @Override
  Executable bindFloats(Step step, Binding binding) {
    return reference.bind(step, binding);
  }

  @Override
  boolean isSupported(Step step) {
    return StepOperands.areFloat(step)
        && StepOperands.isConstant(step.input(1))
        && StepOperands.isConstant(step.optionalInput(2))
        && TileEpilogue.supports(step, CHANNEL_AXIS);
  }
}
