package fp8sim.kernel.simd.epilogue;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.TileShape;

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
public record TileWriter(TileEpilogue epilogue, int group, long groupStride, long rowStride) {

  /** Whether columns are a whole tile that lies together and needs no dense memory. */
  private boolean whole(int column, int columns) {
    return columns == TileShape.COLUMNS
        && column % group + columns <= group
        && !epilogue.needsDenseTile();
  }

  /** Where row 0 of a column lies. */
  private long address(int column, long y) {
    return y + column / group * groupStride + (long) (column % group) * Float.BYTES;
  }

  /** Where row 0 of each panel of some columns lies, or 0 if the panel gives no whole tiles. */
  public long[] wholeTiles(int column, int columns, long y) {
    long[] addresses = new long[Math.ceilDiv(columns, TileShape.COLUMNS)];
    for (int panel = 0; panel < addresses.length; panel++) {
      int shift = panel * TileShape.COLUMNS;
      if (whole(column + shift, Math.min(TileShape.COLUMNS, columns - shift))) {
        addresses[panel] = address(column + shift, y);
      }
    }
    return addresses;
  }

  /** Stores a whole tile; row 0 of its first column lies at {@code out}. */
  public void writeWhole(OutputTile tile, long out) {
    writeWhole(epilogue, tile, out + tile.row() * rowStride, rowStride);
  }

  /** Stores a whole tile, its first output at {@code to}. */
  public static void writeWhole(TileEpilogue epilogue, OutputTile tile, long to, long rowStride) {
    epilogue.apply(tile.whole(to, rowStride, epilogue.residual(to), tile.dense()));
  }

  /** Stores the first {@code columns} columns of a tile. */
  public void write(OutputTile tile, int columns, long y) {
    if (whole(tile.column(), columns)) {
      writeWhole(tile, address(tile.column(), y));
    } else {
      writeParts(tile, columns, y);
    }
  }

  /** As {@link #write}, for a tile that need not be whole. */
  public void writeParts(OutputTile tile, int columns, long y) {
    int inGroup = tile.column() % group;
    long out = address(tile.column(), y) + tile.row() * rowStride;
    for (int lane = 0; lane < columns; ) {
      int count = Math.min(columns - lane, group - inGroup);
      writePart(epilogue, tile.part(lane, count), out, rowStride);
      lane += count;
      out += groupStride - (long) inGroup * Float.BYTES;
      inGroup = 0;
    }
  }

  /** Stores the lanes of a {@linkplain OutputTile#part part}, its first output at {@code out}. */
  public static void writePart(TileEpilogue epilogue, OutputTile part, long out, long rowStride) {
    long shift = (long) part.lane() * Float.BYTES;
    int rows = part.rows();
    int count = part.lanes();
    if (epilogue.hasResidual()) {
      long from = epilogue.residual(out);
      copyRows(from, rowStride, part.residual() + shift, TileShape.ROW, rows, count);
    }
    epilogue.apply(part);
    copyRows(part.target() + shift, TileShape.ROW, out, rowStride, rows, count);
  }

  /**
   * Stores {@code count} outputs of one channel that lie one behind the other, the first one at
   * {@code to}; {@code sums} goes on for a row of a tile behind them.
   */
  public static void writeLine(
      TileEpilogue epilogue, float[] sums, int count, int channel, long to, Scratch scratch) {
    OutputTile tile = scratch.output().at(channel, 0);
    for (int done = 0; done < count; ) {
      long out = to + (long) done * Float.BYTES;
      int rows = Math.min(TileShape.ROWS, (count - done) / TileShape.COLUMNS);
      if (rows > 0) {
        tile.of(sums, done, rows);
        epilogue.apply(tile.whole(out, TileShape.ROW, epilogue.residual(out), out));
        done += rows * TileShape.COLUMNS;
      } else {
        tile.of(sums, done, 1);
        writePart(epilogue, tile.part(0, count - done), out, TileShape.ROW);
        done = count;
      }
    }
  }

  private static void copyRows(
      long from, long fromStride, long to, long toStride, int rows, int count) {
    for (int r = 0; r < rows; r++) {
      ShortRows.copyExactly(from + r * fromStride, to + r * toStride, count);
    }
  }
}
