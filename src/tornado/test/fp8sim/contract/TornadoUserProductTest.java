package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import java.util.Set;

class TornadoUserProductTest extends UserProductContract implements DeviceLimits {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  public Set<String> refusals() {
    return Set.of();
  }
}
