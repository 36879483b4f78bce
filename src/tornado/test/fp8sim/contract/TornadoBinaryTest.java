package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import fp8sim.numerics.FloatMath;
import java.util.List;

class TornadoBinaryTest extends BinaryContract {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  List<FloatMath> floatMaths() {
    return List.of(FloatMath.SEPARATE);
  }

  @Override
  int[] workers() {
    return new int[] {1};
  }

  @Override
  boolean mayRefuse() {
    return true;
  }
}
