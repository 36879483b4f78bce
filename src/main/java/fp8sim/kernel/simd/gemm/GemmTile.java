package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Specialized;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.numerics.FloatMath;
import java.lang.invoke.MethodHandles;

/**
 * The micro-kernels of all float32 products: {@code rows x columns} outputs held in registers, each
 * one chain of operations in the order of k.
 *
 * <p>The left operand lies at {@code a + row * aStride + 4 * k}, the right one, a panel of {@link
 * TileShape#COLUMNS} columns, at {@code b + k * bStride}; strides in bytes. Chains go on from
 * {@code from[fromAt ..]} and end in {@code to[toAt ..]}, row after row of {@link
 * TileShape#COLUMNS}.
 *
 * <p>What the compiler makes of such a loop depends on details. It must not be a counted loop, or
 * it is unrolled and its loads are hoisted until accumulators spill. Addresses cut to 56 bits need
 * no bounds check, and distances cut to 31 bits become part of the load instructions. Left alone,
 * the compiler schedules all loads first and spills accumulators. A branch ends a basic block, and
 * accumulators are needed on both of its ways: so branches on addresses that no operand has, 1 to
 * 7, keep loads and operations in order, at the price of one instruction. Instructions count: where
 * two hardware threads share a core, they share its decoder, and each instruction beside the 12
 * multiply-adds and 8 loads of a term costs. Measured on 6 x 16 with AVX2, alone and beside a busy
 * neighbour: 44 and 33 GMAC/s with 31 instructions, 44 and 28 with 44.
 */
public abstract class GemmTile {
  /** Farther rows do not fit into one tile: distances in it have 31 bits. */
  private static final long FARTHEST = Integer.MAX_VALUE / TileShape.ROWS;

  public static GemmTile of(FloatMath floatMath) {
    return Specialized.of(MethodHandles.lookup(), FloatGemmTile.class, GemmTile.class, floatMath);
  }

  /**
   * How many rows the next tile takes of those that are left: six, or as many as leave no slow
   * remainder (8 = 4 + 4, not 6 + 2); eight if few of its columns are wanted.
   *
   * @param stride bytes from row to row of the left operand
   */
  public int rows(int left, int columns, long stride) {
    if (isFar(stride)) {
      return 1;
    }
    if (columns <= Memory.LANES && left >= TileShape.HALF_ROWS) {
      return TileShape.HALF_ROWS;
    }
    return left == 8 ? 4 : left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
  }

  /** Whether rows so many bytes apart do not fit into one tile. */
  protected static boolean isFar(long stride) {
    return stride > FARTHEST;
  }

  /** The most terms that may be added at once; more are cut into ranges. */
  public int mostTerms() {
    return BlockProduct.TERMS;
  }

  /** How many of the terms are added at once, but for the last ones. */
  public int range(int terms) {
    return BlockProduct.longestRange(terms, mostTerms());
  }

  /**
   * How many floats a sum takes while it waits between ranges of terms: 2 for tiles whose sums are
   * wider than float32.
   */
  public int floatsOfSum() {
    return 1;
  }

  /**
   * Adds {@code count > 0} terms to a tile of 6, 4, 2 or 1 rows, or of 8 rows of which the second
   * half of the columns is undefined.
   */
  public abstract void multiply(
      int rows,
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
  public static final int WINDOW_ROWS = 4;

  /**
   * A tile of {@link #WINDOW_ROWS} rows of which each output sums the elements of a window times
   * weights, window element after window element, starting at +0.
   *
   * @param x address of the first element of the window of the tile's first output
   * @param rowStride bytes from row to row
   * @param offsets of the window's elements from its first one, in bytes
   * @param weights address of as many weights
   */
  public abstract void window(long x, long rowStride, long[] offsets, long weights, float[] to);
}
