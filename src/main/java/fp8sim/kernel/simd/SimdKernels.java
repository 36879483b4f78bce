package fp8sim.kernel.simd;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.reference.ReferenceKernels;

/** The reference set with faster members; what a member cannot do faster its reference does. */
public final class SimdKernels {
  private SimdKernels() {}

  public static KernelSet set() {
    KernelSet reference = ReferenceKernels.set();
    return new KernelSet(
        new SimdConvolution(reference.convolution()),
        reference.transposedConvolution(),
        new SimdGemm(reference.gemm()),
        new SimdMatMul(reference.matMul()),
        new SimdUnary(reference.unary()),
        new SimdBinary(reference.binary()),
        new SimdPooling(reference.pooling()),
        new SimdSoftmax(reference.softmax()),
        new SimdNormalization(reference.normalization()),
        new SimdReduction(reference.reduction()),
        new SimdMovement(reference.movement()),
        reference.resampling(),
        reference.quantization(),
        new SimdFakeQuantize(reference.fakeQuantize()),
        reference.general());
  }
}
