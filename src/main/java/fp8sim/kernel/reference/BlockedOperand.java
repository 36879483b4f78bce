package fp8sim.kernel.reference;

import fp8sim.format.BlockQuantizer;
import fp8sim.quant.BlockCodes;
import fp8sim.tensor.Shape;
import java.util.Arrays;

/**
 * An operand of a product of codes, of whose elements some share a scale.
 *
 * @param codes of the elements
 * @param scales of the blocks that the elements are in; 1 without blocks
 * @param size elements of a block along the axis that is summed over; without blocks all of them
 */
record BlockedOperand(int[] codes, float[] scales, int size) {
  static BlockedOperand of(BlockQuantizer quantizer, Shape shape, float[] values) {
    BlockCodes blocks = BlockCodes.ofQuantized(quantizer, shape, values);
    float[] scales = new float[values.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = blocks.scaleOf(i);
    }
    return new BlockedOperand(blocks.codes(), scales, quantizer.format().size());
  }

  /** An operand without blocks. */
  static BlockedOperand of(int[] codes) {
    float[] scales = new float[codes.length];
    Arrays.fill(scales, 1);
    return new BlockedOperand(codes, scales, Integer.MAX_VALUE);
  }

  /** The index of the block after that of an index along the axis, or the end of the axis. */
  int blockEnd(int index, int end) {
    return (int) Math.min(end, (index / size + 1L) * size);
  }
}
