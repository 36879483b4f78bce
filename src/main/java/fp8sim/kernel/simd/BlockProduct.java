package fp8sim.kernel.simd;

import fp8sim.numerics.FloatMath;

/**
 * Multiplies a block of rows with a few panels, tile by tile. Terms are taken in ranges of k that
 * keep a panel in the first-level cache; between ranges the accumulators wait in memory, so that
 * every output stays one chain.
 */
final class BlockProduct {
  /** Longest range of k: a panel of 20 KiB (AVX2) beside six rows of 8 KiB. */
  private static final int TERMS = 320;

  /** Rows whose part of one range fits the second-level cache beside the panels. */
  private static final int ROW_BLOCK = 192;

  private static final float[] ZEROS = new float[Tile.ROWS * Tile.COLUMNS];

  private final Tile tile;
  private final int terms;
  private final int range;
  private final TileWriter writer;
  private final int rangedRows;

  /**
   * A product of {@code terms} terms per output.
   *
   * @param writer takes finished tiles
   * @param rangedRows rows of the left operand if it is a {@link RangedMatrix}, else 0
   */
  BlockProduct(FloatMath floatMath, int terms, TileWriter writer, int rangedRows) {
    this.tile = Tile.of(floatMath);
    this.terms = terms;
    this.range = longestRange(terms);
    this.writer = writer;
    this.rangedRows = range < terms ? rangedRows : 0;
  }

  /** The most terms that {@link Panels#prepare} is asked for at once. */
  static int longestRange(int terms) {
    int ranges = Math.max(1, Math.ceilDiv(terms, TERMS));
    return Math.ceilDiv(terms, ranges);
  }

  /**
   * Computes rows {@code firstRow} to {@code endRow - 1} of {@code columns} columns.
   *
   * @param a address of row 0, {@code terms} floats
   * @param aStride bytes from row to row
   * @param column number of the block's first column in the output
   * @param y address of the output's row 0 and column 0
   */
  void run(
      long a,
      long aStride,
      int firstRow,
      int endRow,
      Panels panels,
      int column,
      int columns,
      long y,
      Scratch scratch) {
    int blockPanels = Math.ceilDiv(columns, Tile.COLUMNS);
    boolean single = range >= terms;
    float[] sums =
        scratch.accumulators(
            single ? ZEROS.length : (endRow - firstRow) * blockPanels * Tile.COLUMNS);
    for (int k0 = 0; k0 < terms; k0 += range) {
      int count = Math.min(range, terms - k0);
      boolean first = k0 == 0;
      boolean last = k0 + count == terms;
      panels.prepare(k0, count);
      boolean ranged = rangedRows > 0;
      long stride = ranged ? (long) count * Float.BYTES : aStride;
      long left = a + (ranged ? (long) k0 * rangedRows : k0) * Float.BYTES;
      for (int row0 = firstRow; row0 < endRow; row0 += ROW_BLOCK) {
        int row1 = Math.min(row0 + ROW_BLOCK, endRow);
        for (int panel = 0; panel < blockPanels; panel++) {
          int at =
              single ? 0 : ((row0 - firstRow) * blockPanels + panel * (row1 - row0)) * Tile.COLUMNS;
          long b = panels.address(panel);
          int lanes = Math.min(Tile.COLUMNS, columns - panel * Tile.COLUMNS);
          int panelColumn = column + panel * Tile.COLUMNS;
          long out = writer.whole(panelColumn, lanes) ? writer.address(panelColumn, y) : 0;
          for (int row = row0, rows; row < row1; row += rows) {
            rows = Tile.rows(row1 - row, lanes, stride);
            tile.multiply(
                rows,
                left + row * stride,
                stride,
                b,
                panels.stride(),
                count,
                first ? ZEROS : sums,
                first ? 0 : at,
                sums,
                at);
            if (last && out != 0) {
              writer.writeWhole(sums, at, rows, row, panelColumn, out, scratch);
            } else if (last) {
              writer.writeParts(sums, at, rows, row, panelColumn, lanes, y, scratch);
            }
            at += single ? 0 : rows * Tile.COLUMNS;
          }
        }
      }
    }
  }
}
