package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.conv.DepthwiseConvolution;
import fp8sim.kernel.simd.conv.DirectConvolution;
import fp8sim.kernel.simd.conv.GemmConvolution;
import fp8sim.kernel.simd.conv.SmallDepthwiseConvolution;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Step;
import fp8sim.plan.WindowGeometry;

/**
 * Conv: depthwise ones directly, others as a matrix product; float32 numbers in three dimensions,
 * and in windows far larger than the input, by the reference.
 */
final class SimdConvolution extends ProductFamilyKernel {
  private static final int CHANNEL_AXIS = 1;

  private final ProductWays products;
  private final ProductWays rareProducts;

  /**
   * The kernels.
   *
   * @param rareProducts for codes in three dimensions, and in windows far larger than the input
   */
  SimdConvolution(Kernel reference, ProductWays products, ProductWays rareProducts) {
    super(reference);
    this.products = products;
    this.rareProducts = rareProducts;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.CONVOLUTION;
  }

  @Override
  ProductWays ways(Step step) {
    return isOrdinary(step) ? products : rareProducts;
  }

  @Override
  Executable bindFloats(Step step, Binding binding) {
    if (!isOrdinary(step)) {
      return reference.bind(step, binding);
    }
    boolean depthwise = step.input(1).shape().dim(1) == 1 && step.input(0).shape().dim(1) > 1;
    if (depthwise) {
      return SmallDepthwiseConvolution.suits(step)
          ? new SmallDepthwiseConvolution(step, binding)
          : new DepthwiseConvolution(step, binding);
    }
    return DirectConvolution.suits(step)
        ? new DirectConvolution(step, binding)
        : new GemmConvolution(step, binding);
  }

  @Override
  boolean isSupported(Step step) {
    return step.input(1).shape().elements() > 0
        && StepOperands.areFloat(step)
        && StepOperands.isConstant(step.optionalInput(2))
        && TileEpilogue.supports(step, CHANNEL_AXIS);
  }

  /** One or two dimensions, and windows that are not far larger than the input. */
  private static boolean isOrdinary(Step step) {
    return WindowGeometry.isPlanar(step.input(0).shape()) && ConvGeometry.of(step).isOrdinary();
  }
}
