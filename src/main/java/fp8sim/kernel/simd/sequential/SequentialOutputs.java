package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.TileShape.COLUMNS;

import fp8sim.format.FloatQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.ProductArithmetic;
import org.jspecify.annotations.Nullable;

/** Scales finished sums, makes those NaN that depend on one, and stores them through epilogues. */
@InPhase(Phase.OUTPUTS)
final class SequentialOutputs {
  private final ProductArithmetic arithmetic;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final TileWriter writer;
  private final boolean scaled;

  SequentialOutputs(ProductArithmetic arithmetic, TileWriter writer) {
    this.arithmetic = arithmetic;
    this.writer = writer;
    sumQuantizer = arithmetic.sumQuantizer();
    boolean any = false;
    for (int c = 0; c < arithmetic.channels().size(); c++) {
      any |= arithmetic.scale(c) != 1;
    }
    // Parts are scaled where they are added.
    scaled = any && !arithmetic.isBlocked();
  }

  /** What a tile holds: sums of rows from one on and columns from one on. */
  private record Place(OutputOrder order, int row, int rows, int column, int columns) {
    int channel(int r, int c) {
      return order.firstChannel() + (order.rowsArePositions() ? column + c : row + r);
    }

    int position(int r, int c) {
      return order.rowsArePositions() ? row + r : column + c;
    }
  }

  /**
   * Stores the sums of some lanes for all elements of a range.
   *
   * @param work address of as many bytes as a tile of {@code COLUMNS} rows has
   */
  void write(
      OrderedSums sums,
      ElementOrder.Range range,
      int[] elementOf,
      Lanes lanes,
      OutputOrder order,
      NotFinite notFinite,
      long work) {
    boolean elementsAreRows = lanes.elementsArePositions() == order.rowsArePositions();
    Scratch scratch = Scratch.current();
    float[] tile = scratch.accumulators(COLUMNS * COLUMNS);
    int step = elementsAreRows ? TileShape.ROWS : COLUMNS;
    int vectors = Math.ceilDiv(lanes.count(), LANES);
    for (int first = range.first(); first < range.end(); first += step) {
      int count = Math.min(step, range.end() - first);
      for (int i = 0; i < count; i++) {
        sums.row(elementOf[first + i] - range.first(), vectors, work + (long) i * TileShape.ROW);
      }
      if (elementsAreRows) {
        copy(work, count, tile);
        Place place = new Place(order, first, count, lanes.first(), lanes.count());
        store(tile, 0, place, notFinite, scratch);
      } else {
        transpose(work, count, lanes.count(), tile);
        for (int row = 0; row < lanes.count(); row += TileShape.ROWS) {
          int rows = Math.min(TileShape.ROWS, lanes.count() - row);
          Place place = new Place(order, lanes.first() + row, rows, first, count);
          store(tile, row * COLUMNS, place, notFinite, scratch);
        }
      }
    }
  }

  /**
   * The lanes of sums.
   *
   * @param elementsArePositions whether lanes are channels, else positions
   * @param first output of lane 0
   */
  record Lanes(boolean elementsArePositions, int first, int count) {}

  private static void copy(long from, int rows, float[] tile) {
    for (int i = 0; i < rows * COLUMNS; i += LANES) {
      Memory.load(from + (long) i * Float.BYTES).intoArray(tile, i);
    }
  }

  private static void transpose(long from, int columns, int rows, float[] tile) {
    for (int column = 0; column < columns; column++) {
      long at = from + (long) column * TileShape.ROW;
      for (int row = 0; row < rows; row++) {
        tile[row * COLUMNS + column] = Memory.get(at + (long) row * Float.BYTES);
      }
    }
  }

  private void store(float[] tile, int start, Place place, NotFinite notFinite, Scratch scratch) {
    if (scaled || sumQuantizer != null || notFinite.any()) {
      for (int r = 0; r < place.rows(); r++) {
        for (int c = 0; c < place.columns(); c++) {
          int at = start + r * COLUMNS + c;
          int channel = place.channel(r, c);
          tile[at] =
              notFinite.reaches(place.position(r, c), channel)
                  ? Float.NaN
                  : finished(tile[at], channel);
        }
      }
    }
    OutputOrder order = place.order();
    OutputTile result = scratch.output().of(tile, start, place.rows());
    result.at(order.firstRow() + place.row(), place.column());
    writer.write(result, place.columns(), order.to());
  }

  private float finished(float sum, int channel) {
    float scale = scaled ? arithmetic.scale(channel) : 1f;
    float result = scale == 1f ? sum : sum * scale;
    return sumQuantizer == null ? result : sumQuantizer.apply(result);
  }
}
