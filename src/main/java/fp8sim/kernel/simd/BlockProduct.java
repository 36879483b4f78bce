package fp8sim.kernel.simd;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.numerics.FloatMath;

/**
 * Multiplies a block of rows with a few panels, tile by tile. Terms are taken in ranges of k that
 * keep a panel in the first-level cache; between ranges the accumulators wait in memory, so that
 * every output stays one chain. With few terms, several panels share the cache and each row of
 * tiles crosses them all, so that outputs are written in longer runs.
 */
@InPhase(Phase.PRODUCTS)
final class BlockProduct {
  /** Longest range of k: a panel of 20 KiB (AVX2) beside six rows of 8 KiB. */
  private static final int TERMS = 320;

  /** Rows whose part of one range fits the second-level cache beside the panels. */
  private static final int ROW_BLOCK = 192;

  /** Bytes of adjacent panels that stay in the first-level cache while all rows take them. */
  private static final int TOGETHER = 1 << 14;

  private static final float[] ZEROS = new float[Tile.ROWS * Tile.COLUMNS];

  private final Tile tile;
  private final int terms;
  private final int range;
  private final TileWriter writer;
  private final int rangedRows;
  private final int panelsTogether;

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
    panelsTogether = Math.max(1, TOGETHER / (range * Tile.ROW));
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
    int widePanels = (columns + Memory.LANES - 1) / Tile.COLUMNS;
    boolean single = range >= terms;
    long[] whole = writer.wholeTiles(column, columns, y);
    float[] sums =
        scratch.accumulators(
            single ? ZEROS.length : (endRow - firstRow) * blockPanels * Tile.COLUMNS);
    for (int k0 = 0; k0 < terms; k0 += range) {
      int count = Math.min(range, terms - k0);
      panels.prepare(k0, count);
      boolean ranged = rangedRows > 0;
      long stride = ranged ? (long) count * Float.BYTES : aStride;
      long left = a + (ranged ? (long) k0 * rangedRows : k0) * Float.BYTES;
      for (int row0 = firstRow; row0 < endRow; row0 += ROW_BLOCK) {
        int row1 = Math.min(row0 + ROW_BLOCK, endRow);
        for (int panel0 = 0, panel1; panel0 < blockPanels; panel0 = panel1) {
          panel1 =
              panel0 < widePanels ? Math.min(panel0 + panelsTogether, widePanels) : blockPanels;
          int at = ((row0 - firstRow) * blockPanels + panel0 * (row1 - row0)) * Tile.COLUMNS;
          for (int row = row0, rows; row < row1; row += rows) {
            rows = Tile.rows(row1 - row, columns - panel0 * Tile.COLUMNS, stride);
            for (int panel = panel0; panel < panel1; panel++) {
              int panelColumn = panel * Tile.COLUMNS;
              int lanes = Math.min(Tile.COLUMNS, columns - panelColumn);
              int sumsAt = single ? 0 : at;
              tile.multiply(
                  rows,
                  left + row * stride,
                  stride,
                  panels.address(panel),
                  panels.stride(),
                  count,
                  k0 == 0 ? ZEROS : sums,
                  k0 == 0 ? 0 : sumsAt,
                  sums,
                  sumsAt);
              if (k0 + count == terms && whole[panel] != 0) {
                int to = column + panelColumn;
                writer.writeWhole(sums, sumsAt, rows, row, to, whole[panel], scratch);
              } else if (k0 + count == terms) {
                writer.writeParts(sums, sumsAt, rows, row, column + panelColumn, lanes, y, scratch);
              }
              at += rows * Tile.COLUMNS;
            }
          }
        }
      }
    }
  }
}
