package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.FLOATS;

import fp8sim.format.FloatQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.kernel.simd.vector.Transposition;
import fp8sim.plan.ProductArithmetic;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The exact sums of products of codes for a vector of outputs at many positions, as float32 in
 * tiles: {@link TileShape#COLUMNS} outputs a row.
 */
@InPhase(Phase.PRODUCTS)
final class LookupAccumulator {
  /** Positions, or outputs, of a tile. */
  static final int SIDE = TileShape.COLUMNS;

  private final boolean perPosition;
  private final float[] scales;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final LookupSums sums;
  private final TableLanes lanes;
  private final long rows;
  private final long columns;
  private final long work;
  private final long[] rowsAt = new long[SIDE];

  /**
   * Sums at up to {@code positions} positions for outputs in lanes.
   *
   * @param channels output channels: those in lanes, or those of positions from the first of {@link
   *     #run} on
   * @param address of {@link #bytes} bytes
   */
  LookupAccumulator(
      ProductRows lookup,
      ProductArithmetic arithmetic,
      TableLanes lanes,
      Channels channels,
      int positions,
      long address) {
    this.lanes = lanes;
    perPosition = channels.perPosition();
    sumQuantizer = arithmetic.sumQuantizer();
    scales = new float[Math.ceilDiv(channels.count(), SIDE) * SIDE];
    for (int c = 0; c < channels.count(); c++) {
      scales[c] = arithmetic.scale(channels.first() + c);
    }
    sums = new LookupSums(lookup, positions, address);
    rows = address + (LookupSums.bytes(positions) + 63) / 64 * 64;
    columns = rows + (long) SIDE * TileShape.ROW;
    work = columns + (long) SIDE * TileShape.ROW;
    for (int i = 0; i < SIDE; i++) {
      rowsAt[i] = rows + (long) i * TileShape.ROW;
    }
  }

  /** Output channels of a part, and whether they are positions, whose codes select. */
  record Channels(int first, int count, boolean perPosition) {}

  /** Bytes of working memory. */
  static long bytes(int positions) {
    long tiles = 2L * SIDE * TileShape.ROW + Transposition.work(SIDE);
    return (LookupSums.bytes(positions) + 63) / 64 * 64 + tiles;
  }

  /** Adds products; see {@link LookupSums#run}, and {@link LookupSums#runSingly}. */
  void run(boolean singly, ActivationCodes codes, long group, int first, int end) {
    if (singly) {
      sums.runSingly(codes, group, first, end, lanes);
    } else {
      sums.run(codes, group, first, end, lanes);
    }
  }

  /**
   * Writes a row for each of {@code count} positions from {@code first} on, counted from the first
   * of {@link #run}.
   *
   * @param offset of the first output in the lanes, a multiple of {@link #SIDE}
   */
  void rows(int first, int count, int offset, float[] to) {
    int width = Math.min(SIDE, lanes.count() - offset);
    for (int i = 0; i < count; i++) {
      sums.result(first + i, offset, width, rowsAt[i]);
      for (int lane = 0; lane < SIDE; lane += FLOATS.length()) {
        FloatVector sum = LookupVectors.floats(rowsAt[i] + (long) lane * Float.BYTES);
        FloatVector scale =
            perPosition
                ? FloatVector.broadcast(FLOATS, scales[first + i])
                : FloatVector.fromArray(FLOATS, scales, offset + lane);
        sum.mul(scale).intoArray(to, i * SIDE + lane);
      }
    }
    quantize(to, count);
  }

  /**
   * As {@link #rows} for at most {@link #SIDE} positions, {@code first} a multiple of it, but
   * writes a row for each output.
   */
  void columns(int first, int count, int offset, float[] to) {
    int width = Math.min(SIDE, lanes.count() - offset);
    for (int i = 0; i < count; i++) {
      sums.result(first + i, offset, width, rowsAt[i]);
    }
    for (int lane = 0; lane < SIDE; lane += FLOATS.length()) {
      Transposition.ints(
          rowsAt, lane, 0, SIDE, columns + (long) lane * Float.BYTES, TileShape.ROW, work);
    }
    for (int c = 0; c < width; c++) {
      for (int lane = 0; lane < SIDE; lane += FLOATS.length()) {
        FloatVector sum = LookupVectors.floats(columns + (c * (long) SIDE + lane) * Float.BYTES);
        FloatVector scale =
            perPosition
                ? FloatVector.fromArray(FLOATS, scales, first + lane)
                : FloatVector.broadcast(FLOATS, scales[offset + c]);
        sum.mul(scale).intoArray(to, c * SIDE + lane);
      }
    }
    quantize(to, width);
  }

  private void quantize(float[] tile, int rows) {
    for (int i = 0; sumQuantizer != null && i < rows * SIDE; i++) {
      tile[i] = sumQuantizer.apply(tile[i]);
    }
  }
}
