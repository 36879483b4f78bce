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
 * The exact sums of products of codes for a block of output channels, as float32 in tiles: {@link
 * TileShape#COLUMNS} outputs a row.
 */
@InPhase(Phase.PRODUCTS)
final class LookupAccumulator {
  /** Positions, or channels, of a tile. */
  static final int SIDE = TileShape.COLUMNS;

  private final float[] scales;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final LookupSums sums;
  private final LookupChannels channels;
  private final long rows;
  private final long columns;
  private final long work;
  private final long[] rowsAt = new long[SIDE];

  /**
   * Sums at up to {@code positions} positions for a block of channels.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupAccumulator(
      ProductRows lookup,
      ProductArithmetic arithmetic,
      LookupChannels channels,
      int positions,
      long address) {
    this.channels = channels;
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

  /** Bytes of working memory. */
  static long bytes(int positions) {
    long tiles = 2L * SIDE * TileShape.ROW + Transposition.work(SIDE);
    return (LookupSums.bytes(positions) + 63) / 64 * 64 + tiles;
  }

  /** Adds the products of the channels; see {@link LookupSums#run}. */
  void run(ActivationCodes codes, int group, int first, int end) {
    sums.run(codes, group, first, end, channels);
  }

  /**
   * Writes a row for each of {@code count} positions from {@code first} on, counted from the first
   * of {@link #run}.
   *
   * @param offset of the first channel in the block, a multiple of {@link #SIDE}
   */
  void rows(int first, int count, int offset, float[] to) {
    int width = Math.min(SIDE, channels.count() - offset);
    for (int i = 0; i < count; i++) {
      sums.result(first + i, offset, width, rowsAt[i]);
      for (int lane = 0; lane < SIDE; lane += FLOATS.length()) {
        FloatVector scale = FloatVector.fromArray(FLOATS, scales, offset + lane);
        FloatVector sum = LookupVectors.floats(rowsAt[i] + (long) lane * Float.BYTES);
        sum.mul(scale).intoArray(to, i * SIDE + lane);
      }
    }
    quantize(to, count);
  }

  /** As {@link #rows} for at most {@link #SIDE} positions, but writes a row for each channel. */
  void columns(int first, int count, int offset, float[] to) {
    int width = Math.min(SIDE, channels.count() - offset);
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
        sum.mul(scales[offset + c]).intoArray(to, c * SIDE + lane);
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
