package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.simd.SimdKernels;

class SimdBlockedProductTest extends BlockedProductContract {
  @Override
  KernelSet kernels() {
    return SimdKernels.set();
  }
}
