package fp8sim.contract;

import fp8sim.kernel.Backend;
import fp8sim.kernel.simd.SimdBackend;

class SimdBlockQuantizeTest extends BlockQuantizeContract {
  @Override
  Backend backend() {
    return new SimdBackend();
  }
}
