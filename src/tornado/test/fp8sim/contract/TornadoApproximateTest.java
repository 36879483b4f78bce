package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import java.util.Set;

class TornadoApproximateTest extends ApproximateContract implements DeviceLimits {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  public Set<String> refusals() {
    return Set.of("wideProducts: Gemm (formats too wide for a product table)");
  }
}
