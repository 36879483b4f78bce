package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.INTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import jdk.incubator.vector.IntVector;

/**
 * Which codes occur among the quads of {@link ActivationCodes}, in blocks of codes: tables need no
 * others. One long holds the blocks of a quad's four terms, 16 bits each, in their order.
 */
@InPhase(Phase.QUANTIZATION)
final class UsedBlocks {
  /** Blocks that the codes of a term make at most. */
  static final int MOST = 16;

  /** All blocks of a term. */
  static final long MASK = (1L << MOST) - 1;

  private final int shift;

  /**
   * A finder of the blocks of codes that occur.
   *
   * @param codes of a block, a power of two
   */
  UsedBlocks(int codes) {
    shift = Integer.numberOfTrailingZeros(LookupTables.entry(codes) - LookupTables.entry(0));
  }

  /** Returns the blocks of {@code count} quads at an address; padding has none. */
  long find(long address, long count) {
    int lanes = INTS.length() * Integer.BYTES / ActivationCodes.BYTES;
    long whole = count / lanes * lanes;
    IntVector one = IntVector.broadcast(INTS, 1);
    IntVector low = IntVector.zero(INTS);
    IntVector high = low;
    int first = LookupTables.entry(0);
    for (long i = 0; i < whole; i += lanes) {
      long at = address + i * ActivationCodes.BYTES & ADDRESS;
      IntVector two = IntVector.fromMemorySegment(INTS, ALL, at, ORDER);
      low = low.or(one.lanewise(LSHL, two.and((int) MASK).sub(first).lanewise(LSHR, shift)));
      high = high.or(one.lanewise(LSHL, two.lanewise(LSHR, MOST).sub(first).lanewise(LSHR, shift)));
    }
    long blocks =
        low.and((int) MASK).or(high.lanewise(LSHL, MOST)).reinterpretAsLongs().reduceLanes(OR);
    for (long i = whole; i < count; i++) {
      long quad = LookupVectors.getLong(address + i * ActivationCodes.BYTES);
      for (int bit = 0; bit < Long.SIZE; bit += MOST) {
        int block = ((int) (quad >>> bit & MASK) - first) >>> shift;
        blocks |= (1L << block & MASK) << bit;
      }
    }
    return blocks;
  }
}
