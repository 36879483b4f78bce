package fp8sim.contract;

import fp8sim.kernel.Backend;
import fp8sim.kernel.tornado.StepKernels;
import fp8sim.numerics.FloatMath;
import java.util.Set;

class TornadoFakeQuantizeTest extends FakeQuantizeContract {
  @Override
  Backend backend() {
    return StepKernels.backend();
  }

  @Override
  FloatMath floatMath() {
    return FloatMath.SEPARATE;
  }

  @Override
  Set<String> withoutStochasticRounding() {
    return Set.of("e8m7", "e4m3:normal-only");
  }
}
