package fp8sim.contract;

import fp8sim.kernel.Backend;
import fp8sim.kernel.reference.ReferenceBackend;

class ReferenceBlockQuantizeTest extends BlockQuantizeContract {
  @Override
  Backend backend() {
    return new ReferenceBackend();
  }
}
