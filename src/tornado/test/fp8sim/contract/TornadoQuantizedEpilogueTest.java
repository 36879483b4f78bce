package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import fp8sim.numerics.FloatMath;

class TornadoQuantizedEpilogueTest extends QuantizedEpilogueContract {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  FloatMath floatMath() {
    return FloatMath.SEPARATE;
  }
}
