package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.plan.Step;

/**
 * Applies the epilogue to finished tiles and stores them. Column j of row i of the output lies at
 * {@code y + j / group * groupStride + i * rowStride + 4 * (j % group)}: images of a batch are
 * groups of columns.
 *
 * @param group columns that lie together
 * @param groupStride bytes from one group of columns to the next
 * @param rowStride bytes from row to row
 */
@InPhase(Phase.OUTPUTS)
record TileWriter(TileEpilogue epilogue, int group, long groupStride, long rowStride) {

  /** Whether columns are a whole tile that lies together and needs no dense memory. */
  private boolean whole(int column, int columns) {
    return columns == Tile.COLUMNS
        && column % group + columns <= group
        && !epilogue.needsDenseTile();
  }

  /** Where row 0 of a column lies. */
  private long address(int column, long y) {
    return y + column / group * groupStride + (long) (column % group) * Float.BYTES;
  }

  /** Where row 0 of each panel of some columns lies, or 0 if the panel gives no whole tiles. */
  long[] wholeTiles(int column, int columns, long y) {
    long[] addresses = new long[Math.ceilDiv(columns, Tile.COLUMNS)];
    for (int panel = 0; panel < addresses.length; panel++) {
      int shift = panel * Tile.COLUMNS;
      if (whole(column + shift, Math.min(Tile.COLUMNS, columns - shift))) {
        addresses[panel] = address(column + shift, y);
      }
    }
    return addresses;
  }

  /** Stores a whole tile whose first output is (row, column); row 0 lies at {@code out}. */
  void writeWhole(float[] sums, int at, int rows, int row, int column, long out, Scratch scratch) {
    long to = out + row * rowStride;
    long other = epilogue.residual(to);
    long work = scratch.tile();
    epilogue.apply(sums, at, rows, row, column, to, rowStride, other, rowStride, work);
  }

  /** Stores the first {@code columns} columns of a tile whose first output is (row, column). */
  void write(
      float[] sums, int at, int rows, int row, int column, int columns, long y, Scratch scratch) {
    if (whole(column, columns)) {
      writeWhole(sums, at, rows, row, column, address(column, y), scratch);
    } else {
      writeParts(sums, at, rows, row, column, columns, y, scratch);
    }
  }

  /** The writer of a Conv's outputs: rows are channels, columns positions of all images. */
  static TileWriter ofConv(Step step, Binding binding, ConvGeometry geometry) {
    int channels = geometry.outputChannels();
    TileEpilogue epilogue = TileEpilogue.ofConv(step, binding, TileStage.Channels.ROWS, channels);
    long plane = (long) geometry.outPlane() * Float.BYTES;
    return new TileWriter(epilogue, geometry.outPlane(), channels * plane, plane);
  }

  /** As {@link #write}, for a tile that need not be whole. */
  void writeParts(
      float[] sums, int at, int rows, int row, int column, int columns, long y, Scratch scratch) {
    int inGroup = column % group;
    long out = address(column, y) + row * rowStride;
    for (int lane = 0; lane < columns; ) {
      int count = Math.min(columns - lane, group - inGroup);
      writePart(sums, at, rows, row, column, lane, count, out, scratch);
      lane += count;
      out += groupStride - (long) inGroup * Float.BYTES;
      inGroup = 0;
    }
  }

  private void writePart(
      float[] sums,
      int at,
      int rows,
      int row,
      int column,
      int lane,
      int count,
      long out,
      Scratch scratch) {
    writePart(epilogue, sums, at, rows, row, column, lane, count, out, rowStride, scratch);
  }

  /**
   * Stores {@code count} columns of a tile from column {@code lane} on, the first one at {@code
   * out}.
   */
  static void writePart(
      TileEpilogue epilogue,
      float[] sums,
      int at,
      int rows,
      int row,
      int column,
      int lane,
      int count,
      long out,
      long rowStride,
      Scratch scratch) {
    long tile = scratch.tile();
    long other = scratch.otherTile();
    long shift = (long) lane * Float.BYTES;
    if (epilogue.hasResidual()) {
      copyRows(epilogue.residual(out), rowStride, other + shift, Tile.ROW, rows, count);
    }
    epilogue.applyPart(
        sums, at, rows, row, column, lane, count, tile, Tile.ROW, other, Tile.ROW, tile);
    copyRows(tile + shift, Tile.ROW, out, rowStride, rows, count);
  }

  /**
   * Stores {@code count} outputs of one channel that lie one behind the other, the first one at
   * {@code to}; {@code sums} goes on for a row of a tile behind them.
   */
  static void writeLine(
      TileEpilogue epilogue, float[] sums, int count, int channel, long to, Scratch scratch) {
    for (int done = 0; done < count; ) {
      long out = to + (long) done * Float.BYTES;
      int rows = Math.min(Tile.ROWS, (count - done) / Tile.COLUMNS);
      if (rows > 0) {
        long other = epilogue.residual(out);
        epilogue.apply(sums, done, rows, channel, 0, out, Tile.ROW, other, Tile.ROW, out);
        done += rows * Tile.COLUMNS;
      } else {
        writePart(epilogue, sums, done, 1, channel, 0, 0, count - done, out, Tile.ROW, scratch);
        done = count;
      }
    }
  }

  private static void copyRows(
      long from, long fromStride, long to, long toStride, int rows, int count) {
    for (int r = 0; r < rows; r++) {
      Rows.copyExactly(from + r * fromStride, to + r * toStride, count);
    }
  }
}
