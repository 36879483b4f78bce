package fp8sim.kernel.simd;

/** The sizes of the tiles of sums that micro-kernels compute and epilogues store. */
final class TileShape {
  /** Two vectors: with six rows, 12 accumulators of 16 registers. */
  static final int COLUMNS = 2 * Memory.LANES;

  /** Bytes of one row of a panel. */
  static final int ROW = COLUMNS * Float.BYTES;

  /** Most rows of a tile. */
  static final int ROWS = 8;

  /** Rows of a tile of which only the first vector of columns is wanted. */
  static final int HALF_ROWS = 8;

  private TileShape() {}
}
