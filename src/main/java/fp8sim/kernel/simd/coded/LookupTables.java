package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.BYTES;
import static fp8sim.kernel.simd.vector.LookupVectors.FLOATS;
import static fp8sim.kernel.simd.vector.LookupVectors.INTS;
import static fp8sim.kernel.simd.vector.LookupVectors.SHORTS;
import static fp8sim.kernel.simd.vector.LookupVectors.floats;
import static fp8sim.kernel.simd.vector.LookupVectors.ints;
import static fp8sim.kernel.simd.vector.LookupVectors.shorts;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Transposition;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * For the terms of a quad, the products of every code of the first operand with the weights of
 * {@link #VECTORS} vectors of output channels: table k starts at {@code address + k * STRIDE} with
 * zeros, for padding; the products of code c lie {@link #entry(int) entry(c) * VECTORS} bytes
 * behind.
 */
@InPhase(Phase.TABLES)
final class LookupTables {
  /** Vectors of channels: the code that selects them is read once. */
  static final int VECTORS = 2;

  private static final int ENTRY_BYTES = VECTORS * BYTES;

  /** A whole table, and what keeps the same codes of four tables in different cache sets. */
  static final long STRIDE = (ProductRows.MOST_CODES + 1L) * ENTRY_BYTES + 1024 - ENTRY_BYTES;

  private final ProductRows lookup;
  private final long[] rows;
  private final long address;
  private final long work;

  /**
   * Room for the tables of one quad at a time.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupTables(ProductRows lookup, long address) {
    this.lookup = lookup;
    this.address = address;
    work = address + ActivationCodes.TERMS * STRIDE;
    rows = new long[channels(lookup)];
    for (int k = 0; k < ActivationCodes.TERMS; k++) {
      LookupVectors.clear(address + k * STRIDE, ENTRY_BYTES);
    }
  }

  /** Bytes of memory for tables. */
  static long bytes() {
    return ActivationCodes.TERMS * STRIDE + Transposition.work(ProductRows.MOST_CODES);
  }

  /** Output channels that one table has products for. */
  static int channels(ProductRows lookup) {
    return VECTORS * lookup.kind().lanes();
  }

  /** Where a code's products lie in its table, in units of {@link #VECTORS} bytes; of -1, zeros. */
  static int entry(int code) {
    return (code + 1) * BYTES;
  }

  /** The code of an entry, or -1 for padding. */
  static int code(int entry) {
    return entry / BYTES - 1;
  }

  /**
   * Builds the tables of the four terms from {@code term} on.
   *
   * @param used their {@link UsedBlocks}; nothing is built for other codes
   */
  void build(LookupChannels channels, int term, long used) {
    int vectors = channels.vectors(lookup);
    for (int k = 0; k < ActivationCodes.TERMS; k++) {
      for (int lane = 0; lane < vectors * lookup.kind().lanes(); lane++) {
        rows[lane] =
            lane < channels.count() ? channels.row(lookup, term + k, lane) : lookup.zeroRow();
      }
      build(used >>> (k * UsedBlocks.MOST) & UsedBlocks.MASK, vectors, address + k * STRIDE);
    }
  }

  private void build(long used, int vectors, long table) {
    int size = lookup.blockCodes();
    int half = lookup.codes() / 2;
    long negative = lookup.negatable() ? used >>> (half / size) : 0;
    long rest = lookup.negatable() ? (used | negative) & (1L << (half / size)) - 1 : used;
    while (rest != 0) {
      int first = Long.numberOfTrailingZeros(rest);
      int blocks = Long.numberOfTrailingZeros(~(rest >>> first));
      long run = ((1L << blocks) - 1) << first;
      rest ^= run;
      long to = table + (long) entry(first * size) * VECTORS;
      for (int v = 0; v < vectors; v++) {
        transpose(v * lookup.kind().lanes(), first * size, blocks * size, to + (long) v * BYTES);
      }
      if ((negative & run) != 0) {
        negate(to, blocks * size, table + (long) entry(half + first * size) * VECTORS);
      }
    }
  }

  private void transpose(int firstLane, int code, int count, long to) {
    switch (lookup.kind()) {
      case SHORT -> Transposition.shorts(rows, firstLane, code, count, to, ENTRY_BYTES, work);
      case INT, WIDE -> Transposition.ints(rows, firstLane, code, count, to, ENTRY_BYTES, work);
    }
  }

  private void negate(long from, int count, long to) {
    long end = from + (long) count * ENTRY_BYTES;
    switch (lookup.kind()) {
      case SHORT -> negateShorts(from, end, to);
      case INT -> negateInts(from, end, to);
      case WIDE -> negateFloats(from, end, to);
    }
  }

  private static void negateShorts(long from, long end, long to) {
    for (long i = from, o = to; i < end; i += BYTES, o += BYTES) {
      ShortVector.zero(SHORTS).sub(shorts(i)).intoMemorySegment(ALL, o & ADDRESS, ORDER);
    }
  }

  private static void negateInts(long from, long end, long to) {
    for (long i = from, o = to; i < end; i += BYTES, o += BYTES) {
      IntVector.zero(INTS).sub(ints(i)).intoMemorySegment(ALL, o & ADDRESS, ORDER);
    }
  }

  private static void negateFloats(long from, long end, long to) {
    for (long i = from, o = to; i < end; i += BYTES, o += BYTES) {
      FloatVector.zero(FLOATS).sub(floats(i)).intoMemorySegment(ALL, o & ADDRESS, ORDER);
    }
  }
}
