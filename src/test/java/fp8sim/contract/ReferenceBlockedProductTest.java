package fp8sim.contract;

import fp8sim.kernel.Backend;
import fp8sim.kernel.reference.ReferenceBackend;

class ReferenceBlockedProductTest extends BlockedProductContract {
  @Override
  Backend backend() {
    return new ReferenceBackend();
  }
}
