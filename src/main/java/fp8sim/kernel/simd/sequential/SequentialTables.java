package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Transposition;

/**
 * For some terms, what is added for every entry of the operand that selects, as vectors over
 * elements of the other operand: that of an entry lies {@code entry * ENTRY} bytes behind the start
 * of the term's table. Each of {@link #VECTORS} vectors has tables of its own, so that those in use
 * lie close together.
 */
@InPhase(Phase.TABLES)
final class SequentialTables {
  /** Terms whose tables are laid out together. */
  static final int TERMS = 4;

  /** Vectors of lanes. */
  static final int VECTORS = 2;

  /** Bytes of an entry. */
  static final int ENTRY = VECTOR;

  /** Elements of the other operand. */
  static final int WIDTH = VECTORS * LANES;

  /** Most entries: codes of ten bits, and padding, in whole blocks. */
  static final int MOST_ENTRIES = 1088;

  /** From one table to the next; the same entries of four tables lie in different cache sets. */
  static final long STRIDE = MOST_ENTRIES * (long) ENTRY + 1024;

  private static final int SPREAD = LookupVectors.BYTES / Float.BYTES;

  private final long address;
  private final long work;
  private final int entries;
  private final int blockSize;
  private final long[] rows = new long[WIDTH];

  /**
   * Tables in memory of {@link #bytes} bytes.
   *
   * @param entries of the operand that selects
   * @param blockSize entries of a block, see {@link UsedEntries}
   */
  SequentialTables(long address, int entries, int blockSize) {
    this.address = address;
    this.entries = entries;
    this.blockSize = blockSize;
    work = address + VECTORS * TERMS * STRIDE;
  }

  static long bytes() {
    return VECTORS * TERMS * STRIDE + Transposition.work(MOST_ENTRIES);
  }

  /** Where a term's table starts for a vector of lanes. */
  long table(int term, int vector) {
    return address + (vector * (long) TERMS + term) * STRIDE;
  }

  /** Addresses of the rows of the lanes, to be set before {@link #build}. */
  long[] rows() {
    return rows;
  }

  /**
   * Builds the table of a term.
   *
   * @param vectors of lanes that are wanted
   * @param used blocks of entries that occur
   */
  void build(int term, int vectors, int used) {
    int rest = used;
    while (rest != 0) {
      int first = Integer.numberOfTrailingZeros(rest);
      int blocks = Integer.numberOfTrailingZeros(~(rest >>> first));
      rest &= blocks + first >= Integer.SIZE ? 0 : -1 << (blocks + first);
      int entry = first * blockSize;
      int count = Math.min(blocks * blockSize, Math.ceilDiv(entries, 16) * 16 - entry);
      for (int lane = 0; lane < vectors * LANES; lane += SPREAD) {
        long vector = table(term, lane / LANES) + (long) entry * ENTRY;
        long to = vector + (long) (lane % LANES) * Float.BYTES;
        Transposition.ints(rows, lane, entry, count, to, ENTRY, work);
      }
    }
  }
}
