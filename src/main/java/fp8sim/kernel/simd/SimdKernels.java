package fp8sim.kernel.simd;

import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.kernel.simd.product.ProductWays;
import java.util.Optional;

/** The reference set with faster members; what a member cannot do faster the reference does. */
public final class SimdKernels {
  private SimdKernels() {}

  public static KernelSet set() {
    return set(Optional.empty());
  }

  /**
   * The set in which codes are multiplied in one way wherever that is possible.
   *
   * @param forced or none for the cheapest way
   */
  public static KernelSet set(Optional<ProductMethod> forced) {
    ProductWays products = SimdProducts.of(forced);
    ProductWays rareProducts = SimdProducts.ofRareShapes(forced);
    Kernel reference = ReferenceKernels.kernel();
    return KernelSet.of(reference)
        .with(new SimdConvolution(reference, products, rareProducts))
        .with(new SimdTransposedConvolution(reference, rareProducts))
        .with(new SimdGemm(reference, products))
        .with(new SimdMatMul(reference, products))
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
