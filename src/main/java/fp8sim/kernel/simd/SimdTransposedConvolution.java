package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;

/** ConvTranspose of codes; of float32 numbers by the reference. */
final class SimdTransposedConvolution implements FamilyKernel {
  private static final int CHANNEL_AXIS = 1;

  private final Kernel reference;
  private final ProductWays products;

  SimdTransposedConvolution(Kernel reference, ProductWays products) {
    this.reference = reference;
    this.products = products;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.TRANSPOSED_CONVOLUTION;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null || !isSupported(step)
        ? reference.bind(step, binding)
        : products.bind(new ProductTask(step, arithmetic, reference), binding);
  }

  @Override
  public String describe(Step step) {
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null || !isSupported(step)
        ? ""
        : products.choose(new ProductTask(step, arithmetic, reference)).describe();
  }

  private static boolean isSupported(Step step) {
    return StepOperands.areFloat(step)
        && StepOperands.isConstant(step.input(1))
        && StepOperands.isConstant(step.optionalInput(2))
        && TileEpilogue.supports(step, CHANNEL_AXIS);
  }
}
