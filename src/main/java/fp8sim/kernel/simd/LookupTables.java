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

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * For a few terms, the products of every code of the first operand with the weights of a vector of
 * output channels: table k starts at {@code address + k * STRIDE} with a vector of zeros, for
 * padding; the vector of code c lies {@link #entry(int) entry(c)} bytes behind.
 */
final class LookupTables {
  /** A whole table, and what keeps the same codes of eight tables in different cache sets. */
  static final long STRIDE = (ProductLookup.MOST_CODES + 1L) * 32 + 4096 + 512;

  /** Bytes of the working memory of {@code count} tables. */
  static long bytes(int count) {
    return count * STRIDE + Transposition.WORK;
  }

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
  LookupTables(ProductLookup lookup, int usedBits, int count, long address) {
    this.lookup = lookup;
    this.address = address;
    work = address + count * STRIDE;
    rows = new long[lookup.kind().lanes()];
    int half = lookup.codes() / 2;
    boolean negate = lookup.negatable() && usedBits >= half;
    builtCodes = Math.ceilDiv((negate ? usedBits & half - 1 : usedBits) + 1, 16) * 16;
    negatedCodes = negate ? builtCodes : 0;
    for (int k = 0; k < count; k++) {
      LookupVectors.clear(address + k * STRIDE, BYTES);
    }
  }

  /** Where the vector of a code lies in its table; of code -1, where the zeros lie. */
  static int entry(int code) {
    return (code + 1) * BYTES;
  }

  /**
   * Builds table {@code k}.
   *
   * @param codes of the second operand, one for each of {@code channels} from {@code at} on; other
   *     lanes become zero
   * @param tables where the rows of code 0 start, for each channel
   */
  void build(int k, short[] codes, int at, long[] tables, int channel, int channels) {
    for (int lane = 0; lane < rows.length; lane++) {
      rows[lane] =
          lane < channels
              ? tables[channel + lane] + codes[at + lane] * lookup.rowBytes()
              : lookup.zeroRow();
    }
    long to = address + k * STRIDE + BYTES;
    switch (lookup.kind()) {
      case SHORT -> Transposition.shorts(rows, builtCodes, to, work);
      case INT, WIDE -> Transposition.ints(rows, builtCodes, to, work);
    }
    if (negatedCodes > 0) {
      negate(to, to + lookup.codes() / 2L * BYTES);
    }
  }

  private void negate(long from, long to) {
    long end = from + (long) negatedCodes * BYTES;
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
