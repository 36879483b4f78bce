package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import java.util.Set;

class TornadoUnaryTest extends UnaryContract implements DeviceLimits {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  public Set<String> refusals() {
    return Set.of(
        "computedLimits: Clip (computed parameters)",
        "functions: Acos (function)",
        "functions: Acosh (function)",
        "functions: Asin (function)",
        "functions: Asinh (function)",
        "functions: Atan (function)",
        "functions: Atanh (function)",
        "functions: Cos (function)",
        "functions: Cosh (function)",
        "functions: Sin (function)",
        "functions: Sinh (function)",
        "functions: Tan (function)");
  }
}
