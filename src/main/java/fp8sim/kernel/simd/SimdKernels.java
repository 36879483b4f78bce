package fp8sim.kernel.simd;

import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.reference.ReferenceKernels;

/** The reference set with faster members; what a member cannot do faster the reference does. */
public final class SimdKernels {
  private SimdKernels() {}

  public static KernelSet set() {
    Kernel reference = ReferenceKernels.kernel();
    return KernelSet.of(reference)
        .with(new SimdConvolution(reference))
        .with(new SimdGemm(reference))
        .with(new SimdMatMul(reference))
        .with(new SimdUnary(reference))
        .with(new SimdBinary(reference))
        .with(new SimdPooling(reference))
        .with(new SimdSoftmax(reference))
        .with(new SimdNormalization(reference))
        .with(new SimdReduction(reference))
        .with(new SimdMovement(reference))
        .with(new SimdFakeQuantize(reference));
  }
}
