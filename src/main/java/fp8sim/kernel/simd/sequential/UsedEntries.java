package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.IntVector;

/** Which entries occur, in blocks: tables need no others. */
@InPhase(Phase.QUANTIZATION)
final class UsedEntries {
  /** Blocks are few enough for an int. */
  private static final int MOST_BLOCKS = 32;

  private static final int SMALLEST_BLOCK = 16;
  private static final int ENTRY_BITS = 16;
  private static final int ENTRY = 0xFFFF;

  private final int shift;

  /** A finder among so many different entries. */
  UsedEntries(int entries) {
    int size = SMALLEST_BLOCK;
    while (Math.ceilDiv(entries, size) > MOST_BLOCKS) {
      size *= 2;
    }
    shift = Integer.numberOfTrailingZeros(size);
  }

  /** Entries of a block. */
  int blockSize() {
    return 1 << shift;
  }

  /** The blocks, as bits, of {@code count} entries at an address. */
  int find(long address, long count) {
    int lanes = 2 * INTS.length();
    long whole = count / lanes * lanes;
    IntVector one = IntVector.broadcast(INTS, 1);
    IntVector found = IntVector.zero(INTS);
    for (long i = 0; i < whole; i += lanes) {
      long at = address + i * Short.BYTES & ADDRESS;
      IntVector two = IntVector.fromMemorySegment(INTS, ALL, at, ORDER);
      IntVector low = one.lanewise(LSHL, two.and(ENTRY).lanewise(LSHR, shift));
      IntVector high = one.lanewise(LSHL, two.lanewise(LSHR, ENTRY_BITS + shift));
      found = found.or(low).or(high);
    }
    int blocks = found.reduceLanes(OR);
    for (long i = whole; i < count; i++) {
      blocks |= 1 << (SequentialVectors.entry(address + i * Short.BYTES) >>> shift);
    }
    return blocks;
  }
}
