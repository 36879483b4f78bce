package fp8sim.kernel.simd.product;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;

/** One way to multiply codes. Ways are stateless, and give the same bits wherever possible. */
public interface ProductWay {
  ProductMethod method();

  /** Whether operands may be in block formats. */
  default boolean takesBlocks() {
    return false;
  }

  /** What a step costs in this way, or why it is not possible. */
  Estimate estimate(ProductTask task, Machine machine);

  /** Binds a step for which {@link #estimate} says that it is possible. */
  Executable bind(ProductTask task, Binding binding);
}
