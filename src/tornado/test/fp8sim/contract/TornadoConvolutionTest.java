package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import java.util.Set;

class TornadoConvolutionTest extends ConvolutionContract implements DeviceLimits {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  public Set<String> refusals() {
    return Set.of(
        "transposedGroups: ConvTranspose (groups)",
        "threeDimensions: Conv (more than two dimensions)",
        "computedParameters: Conv (computed parameters)",
        "rareActivation: Conv (fused Atan)");
  }
}
