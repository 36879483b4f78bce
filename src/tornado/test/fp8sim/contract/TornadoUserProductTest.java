package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;

class TornadoUserProductTest extends UserProductContract implements DeviceLimits {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }
}
