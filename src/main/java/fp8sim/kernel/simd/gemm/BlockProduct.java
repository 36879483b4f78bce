package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.numerics.FloatMath;

/**
 * Multiplies a block of rows with a few panels, tile by tile. Terms are taken in ranges of k that
 * keep a panel in the first-level cache; between ranges the accumulators wait in memory, so that
 * every output stays one chain. With few terms, several panels share the cache and each row of
 * tiles crosses them all, so that outputs are written in longer runs.
 */
@InPhase(Phase.PRODUCTS)
public final class BlockProduct {
  /** Longest range of k: a panel of 20 KiB (AVX2) beside six rows of 8 KiB. */
  static final int TERMS = 320;

  /** Rows whose part of one range fits the second-level cache beside the panels. */
  public static final int ROW_BLOCK = 192;

  /** Bytes of adjacent panels that stay in the first-level cache while all rows take them. */
  private static final int TOGETHER = 1 << 14;

  private static final float[] ZEROS = new float[2 * TileShape.ROWS * TileShape.COLUMNS];

  private final GemmTile tile;
  private final SumFinish finish;
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
  public BlockProduct(FloatMath floatMath, int terms, TileWriter writer, int rangedRows) {
    this(GemmTile.of(floatMath), SumFinish.NONE, terms, writer, rangedRows);
  }

  /**
   * A product by tiles of any kind.
   *
   * @param finish what sums pass before the writer takes them
   */
  public BlockProduct(
      GemmTile tile, SumFinish finish, int terms, TileWriter writer, int rangedRows) {
    this.tile = tile;
    this.finish = finish;
    this.terms = terms;
    this.range = tile.range(terms);
    this.writer = writer;
    this.rangedRows = range < terms ? rangedRows : 0;
    panelsTogether = Math.max(1, TOGETHER / (range * TileShape.ROW));
  }

  /** The most terms that {@link Panels#prepare} is asked for at once. */
  static int longestRange(int terms) {
    return longestRange(terms, TERMS);
  }

  /** How many terms are taken at once if they are at most {@code most}. */
  public static int longestRange(int terms, int most) {
    int ranges = Math.max(1, Math.ceilDiv(terms, Math.min(most, TERMS)));
    return Math.ceilDiv(terms, ranges);
  }

  /**
   * A part of the output.
   *
   * @param endRow the row behind the last one
   * @param column number of the first column in the output
   */
  public record Block(int firstRow, int endRow, int column, int columns) {
    int rows() {
      return endRow - firstRow;
    }
  }

  /**
   * Computes a block.
   *
   * @param a address of row 0 of the left operand, whose rows have {@code terms} floats
   * @param panels of the block's columns
   * @param y address of the output's row 0 and column 0
   */
  public void run(long a, Panels panels, Block block, long y, Scratch scratch) {
    new Loops(a, panels, block, y, scratch).overTerms();
  }

  /**
   * The loops around the micro-kernel, from outside to inside as in BLIS (Van Zee and van de Geijn,
   * ACM Transactions on Mathematical Software 41(3), 2015): over ranges of terms, blocks of rows,
   * groups of panels; then those of the macro-kernel, over tiles' rows and over panels.
   */
  private final class Loops {
    private final long a;
    private final Panels panels;
    private final Block block;
    private final long y;
    private final OutputTile output;
    private final float[] sums;

    /** Whether all terms are one range, so that no accumulators wait in memory. */
    private final boolean single;

    private final int blockPanels;

    /** Floats of a row of waiting sums. */
    private final int sumRow;

    /** Panels of which more than one vector of columns is wanted. */
    private final int widePanels;

    /** See {@link TileWriter#wholeTiles}. */
    private final long[] whole;

    Loops(long a, Panels panels, Block block, long y, Scratch scratch) {
      this.a = a;
      this.panels = panels;
      this.block = block;
      this.y = y;
      output = scratch.output();
      single = range >= terms;
      sumRow = tile.floatsOfSum() * TileShape.COLUMNS;
      blockPanels = Math.ceilDiv(block.columns(), TileShape.COLUMNS);
      widePanels = (block.columns() + Memory.LANES - 1) / TileShape.COLUMNS;
      whole = writer.wholeTiles(block.column(), block.columns(), y);
      int size = single ? ZEROS.length : block.rows() * blockPanels * sumRow;
      sums = scratch.accumulators(size);
    }

    void overTerms() {
      for (int k0 = 0; k0 < terms; k0 += range) {
        int count = Math.min(range, terms - k0);
        panels.prepare(k0, count);
        overRowBlocks(k0, count);
      }
    }

    private void overRowBlocks(int k0, int count) {
      for (int row0 = block.firstRow(); row0 < block.endRow(); row0 += ROW_BLOCK) {
        overPanelGroups(k0, count, row0, Math.min(row0 + ROW_BLOCK, block.endRow()));
      }
    }

    /** Narrow panels are not in a group with wide ones: their tiles have more rows. */
    private void overPanelGroups(int k0, int count, int row0, int row1) {
      for (int panel0 = 0, panel1; panel0 < blockPanels; panel0 = panel1) {
        panel1 = panel0 < widePanels ? Math.min(panel0 + panelsTogether, widePanels) : blockPanels;
        macroKernel(k0, count, row0, row1, panel0, panel1);
      }
    }

    /** Adds {@code count} terms from {@code k0} on to all tiles of some rows and panels. */
    private void macroKernel(int k0, int count, int row0, int row1, int panel0, int panel1) {
      boolean ranged = rangedRows > 0;
      long stride = (long) (ranged ? count : terms) * Float.BYTES;
      long left = a + (ranged ? (long) k0 * rangedRows : k0) * Float.BYTES;
      float[] from = k0 == 0 ? ZEROS : sums;
      boolean last = k0 + count == terms;
      int columns = block.columns() - panel0 * TileShape.COLUMNS;
      int rowsBefore = row0 - block.firstRow();
      int at = (rowsBefore * blockPanels + panel0 * (row1 - row0)) * sumRow;
      for (int row = row0, rows; row < row1; row += rows) {
        rows = tile.rows(row1 - row, columns, stride);
        long leftRows = left + row * stride;
        for (int panel = panel0; panel < panel1; panel++) {
          long right = panels.address(panel);
          long rightStride = panels.stride();
          int to = single ? 0 : at;
          int start = k0 == 0 ? 0 : to;
          tile.multiply(rows, leftRows, stride, right, rightStride, count, from, start, sums, to);
          if (last) {
            finish.toFloats(sums, to, rows * TileShape.COLUMNS);
            write(output.of(sums, to, rows), row, panel);
          }
          at += rows * sumRow;
        }
      }
    }

    private void write(OutputTile finished, int row, int panel) {
      int shift = panel * TileShape.COLUMNS;
      finish.apply(finished.at(row, block.column() + shift));
      if (whole[panel] != 0) {
        writer.writeWhole(finished, whole[panel]);
      } else {
        writer.writeParts(finished, Math.min(TileShape.COLUMNS, block.columns() - shift), y);
      }
    }
  }
}
