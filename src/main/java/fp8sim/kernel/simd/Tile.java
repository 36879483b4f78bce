package fp8sim.kernel.simd;

import fp8sim.numerics.FloatMath;

/**
 * The micro-kernels of all float32 products: {@code rows x COLUMNS} outputs held in registers, each
 * one chain of operations in the order of k.
 *
 * <p>The left operand lies at {@code a + row * aStride + 4 * k}, the right one, a panel of {@link
 * #COLUMNS} columns, at {@code b + k * bStride}; strides in bytes. Chains go on from {@code
 * from[fromAt ..]} and end in {@code to[toAt ..]}, row after row of {@link #COLUMNS}.
 *
 * <p>What the compiler makes of such a loop depends on details. It must not be a counted loop, or
 * it is unrolled and its loads are hoisted until accumulators spill. Addresses cut to 56 bits need
 * no bounds check; the few rows whose address is not cut keep theirs, because a check ends a basic
 * block and so keeps later broadcasts from being scheduled first. Measured on 6 x 16 with AVX2: 45
 * GMAC/s as it is, 36 with all checks, 19 with none.
 */
abstract class Tile {
  /** Two vectors: with six rows, 12 accumulators of 16 registers. */
  static final int COLUMNS = 2 * Memory.LANES;

  /** Bytes of one row of a panel. */
  static final int ROW = COLUMNS * Float.BYTES;

  /** Most rows of a tile. */
  static final int ROWS = 8;

  /** Rows of a tile of which only the first vector of columns is wanted. */
  static final int HALF_ROWS = 8;

  static final Tile FUSED = new FusedTile();
  static final Tile SEPARATE = new SeparateTile();

  static Tile of(FloatMath floatMath) {
    return switch (floatMath) {
      case FUSED -> FUSED;
      case SEPARATE -> SEPARATE;
    };
  }

  /**
   * How many rows the next tile takes of those that are left: six, or as many as leave no slow
   * remainder (8 = 4 + 4, not 6 + 2); eight if few of its columns are wanted.
   */
  static int rows(int left, int columns) {
    if (columns <= Memory.LANES && left >= HALF_ROWS) {
      return HALF_ROWS;
    }
    return left == 8 ? 4 : left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
  }

  /** Adds {@code count > 0} terms to a tile of 6, 4, 2 or 1 rows, or of 8 half rows. */
  final void multiply(
      int rows,
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    switch (rows) {
      case HALF_ROWS -> half8(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      case 6 -> rows6(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      case 4 -> rows4(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      case 2 -> rows2(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      default -> rows1(a, aStride, b, bStride, count, from, fromAt, to, toAt);
    }
  }

  /** The first half of eight rows; the other half of the result is undefined. */
  abstract void half8(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt);

  abstract void rows6(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt);

  abstract void rows4(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt);

  abstract void rows2(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt);

  abstract void rows1(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt);

  /** Rows of the tiles of {@link #window}. */
  static final int WINDOW_ROWS = 4;

  /**
   * A tile of {@link #WINDOW_ROWS} rows of which each output sums the elements of a window times
   * weights, window element after window element, starting at +0.
   *
   * @param x address of the first element of the window of the tile's first output
   * @param rowStride bytes from row to row
   * @param offsets of the window's elements from its first one, in bytes
   * @param weights address of as many weights
   */
  abstract void window(long x, long rowStride, long[] offsets, long weights, float[] to);
}
