package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.reference.ReferenceKernels;

class ReferenceBlockedProductTest extends BlockedProductContract {
  @Override
  KernelSet kernels() {
    return KernelSet.of(ReferenceKernels.kernel());
  }
}
