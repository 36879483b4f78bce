package fp8sim.kernel.reference;

import fp8sim.format.BlockQuantizer;
import fp8sim.quant.BlockLayout;
import fp8sim.tensor.Shape;
import java.util.function.IntUnaryOperator;

/** Quantizes the blocks of a tensor, one after the other. */
final class BlockFakeQuantize {
  private BlockFakeQuantize() {}

  /**
   * Quantizes in place.
   *
   * @param random bits by index, for stochastic rounding
   */
  static void apply(
      BlockQuantizer quantizer, Shape shape, float[] values, IntUnaryOperator random) {
    BlockLayout layout = BlockLayout.of(quantizer, shape);
    for (int line = 0; line < layout.lines(); line++) {
      layout.forEach(
          line, (first, count) -> quantizer.apply(values, first, layout.stride(), count, random));
    }
  }
}
