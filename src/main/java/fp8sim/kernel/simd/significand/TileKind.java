package fp8sim.kernel.simd.significand;

import static jdk.incubator.vector.VectorOperators.LSHL;

import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.TileShape;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What tiles of selected entries differ in: whether a table is one vector or two, and where the
 * sign of a lane's item is.
 *
 * <p>The lowest bits of an item say which entry of a table it selects. For sums of float32, rounded
 * term by term in the order of the index, an item is a power of two with a sign as float32, in
 * which these bits are 0 otherwise. For exact sums of integers its bits from {@link #SHIFT_AT} on
 * are one more than the bits that an entry is shifted by, and bit 31 says whether it is negated;
 * entries are even, so that an item of zeros, which shifts by 31, makes 0 of each. What selects a
 * table is where it starts, in units of {@code 2^}{@link #SHIFT} bytes, in the lower half of an
 * int. For sums of doubles, items are the upper half of a power of two as a double, and entries
 * doubles.
 */
enum TileKind {
  SINGLE(false, true),
  PAIR(true, true),
  /** For exact sums: entries with either sign are in a table, which saves an instruction. */
  SIGNED_PAIR(true, false);

  /** Shifts the 16 bits that select a table to a distance in bytes. */
  static final int SHIFT = 3;

  /** Where an item of an exact sum has its shift. */
  static final int SHIFT_AT = 8;

  /** The most bits of products in exact sums, so that a few of them are added before widening. */
  static final int MOST_BITS = 28;

  /** Lanes of the widest vectors, whose processors select from two of them in one instruction. */
  static final int WIDEST = 16;

  private static final int CLASS_BITS = Integer.numberOfTrailingZeros(Memory.LANES);

  private final boolean pair;
  private final boolean signed;

  TileKind(boolean pair, boolean signed) {
    this.pair = pair;
    this.signed = signed;
  }

  /** Tiles for sums of a kind with so many classes. */
  static TileKind of(int classes, SumForm.Kind sums) {
    return switch (sums) {
      case FLOATS, FLOAT_RANGES -> of(classes);
      case INTEGERS, INTEGER_RANGES ->
          Memory.LANES == WIDEST && classes <= Memory.LANES ? SIGNED_PAIR : of(classes);
      // A vector has half as many doubles.
      case DOUBLES -> of(2 * classes);
    };
  }

  private static TileKind of(int classes) {
    return classes > Memory.LANES ? PAIR : SINGLE;
  }

  /** Whether one instruction selects from the two vectors of a table. */
  boolean isWide() {
    return pair && Memory.LANES == WIDEST;
  }

  /** Whether a table is two vectors, from which two instructions select. */
  boolean isSplit() {
    return pair && Memory.LANES != WIDEST;
  }

  /** Whether items have a sign. */
  boolean isSigned() {
    return signed;
  }

  /** Entries of a table. */
  int entries() {
    return pair ? 2 * Memory.LANES : Memory.LANES;
  }

  /** Bytes of a table. */
  int bytes() {
    return entries() * Float.BYTES;
  }

  /** The bits of an item that are its power. */
  int power() {
    return -entries();
  }

  /** All bits of those lanes whose entry is in the second vector of a table. */
  static IntVector upper(IntVector items) {
    return items
        .lanewise(LSHL, Integer.SIZE - 1 - CLASS_BITS)
        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
  }

  /** The bits of two items, as a long, that are the second one's power as a double. */
  long powerOfDouble() {
    return (long) -(entries() / 2) << Integer.SIZE;
  }

  /** As {@link #upper(IntVector)}, for vectors of longs with a class in their lowest bits. */
  static LongVector upper(LongVector items) {
    return items
        .lanewise(LSHL, Long.SIZE - CLASS_BITS)
        .lanewise(VectorOperators.ASHR, Long.SIZE - 1);
  }

  /** As {@link #rows}, for sums of doubles, which take twice as many registers. */
  static int rowsOfDoubles(int left, int columns) {
    if (Memory.LANES != WIDEST) {
      return Math.min(left, 2);
    }
    if (columns <= Memory.LANES && left >= TileShape.HALF_ROWS) {
      return TileShape.HALF_ROWS;
    }
    return left == 5 || left == 6 ? 3 : Math.min(left, 4);
  }

  /** How many of six or four positions the next tile takes. */
  static int positionsOfDoubles(int size) {
    return Memory.LANES != WIDEST ? 2 : size == 4 ? 4 : 3;
  }

  /** How many rows the next tile takes of those that are left; 16 registers hold four. */
  static int rows(int left, int columns) {
    if (columns <= Memory.LANES && left >= TileShape.HALF_ROWS) {
      return TileShape.HALF_ROWS;
    }
    if (Memory.LANES == WIDEST) {
      return left == 8 ? 4 : left >= 6 ? 6 : Math.min(left, 4);
    }
    return left == 5 || left == 6 ? 3 : Math.min(left, 4);
  }
}
