package fp8sim.kernel.simd.vector;

/** The sizes of the tiles of sums that micro-kernels compute and epilogues store. */
public final class TileShape {
  /** Two vectors: with six rows, 12 accumulators of 16 registers. */
  public static final int COLUMNS = 2 * Memory.LANES;

  /** Bytes of one row of a panel. */
  public static final int ROW = COLUMNS * Float.BYTES;

  /** Most rows of a tile. */
  public static final int ROWS = 8;

  /** Rows of a tile of which only the first vector of columns is wanted. */
  public static final int HALF_ROWS = 8;

  private TileShape() {}
}
