package fp8sim.kernel.simd.significand;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.TileShape;
import jdk.incubator.vector.IntVector;

/**
 * What tiles of selected entries differ in: whether a table is one vector or two, and whether sums
 * are float32 numbers, rounded term by term in the order of the index, or integers.
 *
 * <p>A lane's item is a power of two with a sign as float32; its lowest bits, which are 0 in such a
 * number, say which entry of a table it selects. What selects a table is where it starts, in units
 * of {@code 2^}{@link #SHIFT} bytes, in the lower half of an int.
 */
enum TileKind {
  SINGLE(false, false),
  PAIR(true, false),
  EXACT_SINGLE(false, true),
  EXACT_PAIR(true, true);

  /** Shifts the 16 bits that select a table to a distance in bytes. */
  static final int SHIFT = 3;

  /** Lanes of the widest vectors, whose processors select from two of them in one instruction. */
  static final int WIDEST = 16;

  /** Added to an integer of at most {@link #INTEGER_SIZE} bits, it leaves that in the low bits. */
  static final float INTEGER = 0x1.8p23f;

  static final int INTEGER_BITS = Float.floatToRawIntBits(INTEGER);

  /** Bits of integers, the sign not counted. */
  static final int INTEGER_SIZE = 22;

  private static final int CLASS_BITS = Integer.numberOfTrailingZeros(Memory.LANES);

  /** Moves the lowest bit that no lane number has to the sign. */
  private static final int UPPER = Integer.SIZE - 1 - CLASS_BITS;

  private final boolean pair;
  private final boolean exact;

  TileKind(boolean pair, boolean exact) {
    this.pair = pair;
    this.exact = exact;
  }

  static TileKind of(boolean pair, boolean exact) {
    return exact ? (pair ? EXACT_PAIR : EXACT_SINGLE) : pair ? PAIR : SINGLE;
  }

  /** Whether a table is two vectors. */
  boolean isPair() {
    return pair;
  }

  /** Whether sums are integers. */
  boolean isExact() {
    return exact;
  }

  /** The most classes of a lane's codes. */
  int classes() {
    return pair ? 2 * Memory.LANES : Memory.LANES;
  }

  /** Bytes of a table. */
  int bytes() {
    return classes() * Float.BYTES;
  }

  /** The bits of an item that are its power. */
  int power() {
    return -classes();
  }

  /** All bits of those lanes whose entry is in the second vector of a table. */
  static IntVector upper(IntVector items) {
    return items.lanewise(LSHL, UPPER).lanewise(ASHR, Integer.SIZE - 1);
  }

  /** How many rows the next tile takes of those that are left; 16 registers hold four. */
  int rows(int left, int columns) {
    if (columns <= Memory.LANES && left >= TileShape.HALF_ROWS) {
      return TileShape.HALF_ROWS;
    }
    if (Memory.LANES == WIDEST) {
      return left == 8 ? 4 : left >= 6 ? 6 : left >= 4 ? 4 : left;
    }
    return left == 5 || left == 6 ? 3 : Math.min(left, 4);
  }
}
