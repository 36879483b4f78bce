package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import java.util.Set;

class TornadoReductionTest extends ReductionContract implements DeviceLimits {
  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @Override
  public Set<String> refusals() {
    return Set.of(
        "axesApart: ReduceL1 (axes apart)",
        "axesApart: ReduceL2 (axes apart)",
        "axesApart: ReduceMax (axes apart)",
        "axesApart: ReduceMean (axes apart)",
        "axesApart: ReduceMin (axes apart)",
        "axesApart: ReduceSum (axes apart)",
        "axesApart: ReduceSumSquare (axes apart)",
        "axesApart: ReduceLogSum (function)",
        "axesApart: ReduceLogSumExp (function)",
        "axesApart: ReduceProd (function)",
        "computedAxes: ReduceMean (computed axes)",
        "functions: ReduceLogSum (function)",
        "functions: ReduceLogSumExp (function)",
        "functions: ReduceProd (function)");
  }
}
