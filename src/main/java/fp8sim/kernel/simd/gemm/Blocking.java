package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.simd.vector.Makespan;
import fp8sim.kernel.simd.vector.TileShape;

/**
 * How a product is cut into parts for workers: blocks of panels, each with a share of the rows.
 *
 * @param panels panels of a part
 * @param rowParts in how many shares the rows are cut
 * @param rows rows of a share, a multiple of 24 unless it is the only one
 */
public record Blocking(int panels, int rowParts, int rows) {
  /** Sums of so many rows times {@link #MOST_PANELS} panels fit an array. */
  public static final int MOST_ROWS = 1 << 19;

  /** Shares of rows are multiples of it: whole tiles, whole and half ones alike. */
  private static final int WHOLE_ROWS = 24;

  /** Beyond this many panels a part's left operand is loaded from far away seldom enough. */
  private static final int ENOUGH_PANELS = 8;

  /** Short panels come in larger parts, of at most so many: what is read lies in longer runs. */
  private static final int MOST_PANELS = 64;

  /** Bytes of short panels that fit the second-level cache. */
  private static final int PANEL_BYTES = 1 << 17;

  /** Packing a panel costs about as much as multiplying it with so many rows. */
  private static final int PACKING_ROWS = 10;

  /** Fetching a row of the left operand costs as much as multiplying it with half a panel. */
  private static final double FETCH_PANELS = 0.5;

  /**
   * The cut with the least time until all workers are done, by a simple count of work.
   *
   * @param mostRows of a share
   */
  public static Blocking of(
      int rows, int mostRows, int terms, int totalPanels, int products, int workers) {
    long panelBytes = (long) BlockProduct.longestRange(terms) * TileShape.ROW;
    int mostPanels = Math.clamp(PANEL_BYTES / panelBytes, ENOUGH_PANELS, MOST_PANELS);
    Blocking best = new Blocking(1, 1, rows);
    double least = Double.MAX_VALUE;
    int leastParts = Math.max(1, Math.ceilDiv(rows, mostRows));
    for (int rowParts = leastParts; rowParts < leastParts + 4 * workers; rowParts++) {
      int share = Math.ceilDiv(Math.ceilDiv(rows, rowParts), WHOLE_ROWS) * WHOLE_ROWS;
      int shares = Math.ceilDiv(rows, share);
      for (int panels = 1; panels <= Math.min(mostPanels, totalPanels); panels++) {
        long parts = (long) products * shares * Math.ceilDiv(totalPanels, panels);
        int partRows = Math.min(share, rows);
        double cost = panels * (partRows + PACKING_ROWS) + FETCH_PANELS * partRows;
        double time = Makespan.of(parts, workers) * cost;
        if (time < least) {
          least = time;
          best = new Blocking(panels, shares, Math.min(share, rows));
        }
      }
    }
    return best;
  }
}
