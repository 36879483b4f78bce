package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.LookupVectors.BYTES;
import static fp8sim.kernel.simd.LookupVectors.FLOATS;
import static fp8sim.kernel.simd.LookupVectors.INTS;
import static fp8sim.kernel.simd.LookupVectors.SHORTS;
import static fp8sim.kernel.simd.LookupVectors.floats;
import static fp8sim.kernel.simd.LookupVectors.ints;
import static fp8sim.kernel.simd.LookupVectors.shorts;
import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.ORDER;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
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
  static final long STRIDE = (ProductLookup.MOST_CODES + 1L) * ENTRY_BYTES + 1024 - ENTRY_BYTES;

  private final ProductLookup lookup;
  private final long[] rows;
  private final int builtCodes;
  private final int negatedCodes;
  private final long address;
  private final long work;

  /**
   * Tables of the codes whose bits are all in {@code usedBits}.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupTables(ProductLookup lookup, int usedBits, long address) {
    this.lookup = lookup;
    this.address = address;
    work = address + FirstCodes.TERMS * STRIDE;
    rows = new long[channels(lookup)];
    int half = lookup.codes() / 2;
    boolean negate = lookup.negatable() && usedBits >= half;
    builtCodes = Math.ceilDiv((negate ? usedBits & half - 1 : usedBits) + 1, 16) * 16;
    negatedCodes = negate ? builtCodes : 0;
    for (int k = 0; k < FirstCodes.TERMS; k++) {
      LookupVectors.clear(address + k * STRIDE, ENTRY_BYTES);
    }
  }

  /** Bytes of memory for tables. */
  static long bytes() {
    return FirstCodes.TERMS * STRIDE + Transposition.work(ProductLookup.MOST_CODES);
  }

  /** Output channels that one table has products for. */
  static int channels(ProductLookup lookup) {
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

  /** Builds the tables of the four terms from {@code term} on. */
  void build(LookupChannels channels, int term) {
    int vectors = channels.vectors(lookup);
    for (int k = 0; k < FirstCodes.TERMS; k++) {
      for (int lane = 0; lane < rows.length; lane++) {
        rows[lane] =
            lane < channels.count() ? channels.row(lookup, term + k, lane) : lookup.zeroRow();
      }
      long to = address + k * STRIDE + ENTRY_BYTES;
      for (int v = 0; v < vectors; v++) {
        transpose(v * lookup.kind().lanes(), to + (long) v * BYTES);
      }
      if (negatedCodes > 0) {
        negate(to, to + lookup.codes() / 2L * ENTRY_BYTES);
      }
    }
  }

  private void transpose(int firstLane, long to) {
    switch (lookup.kind()) {
      case SHORT -> Transposition.shorts(rows, firstLane, builtCodes, to, ENTRY_BYTES, work);
      case INT, WIDE -> Transposition.ints(rows, firstLane, builtCodes, to, ENTRY_BYTES, work);
    }
  }

  private void negate(long from, long to) {
    long end = from + (long) negatedCodes * ENTRY_BYTES;
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
