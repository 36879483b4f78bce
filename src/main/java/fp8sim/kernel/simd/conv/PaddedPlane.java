package fp8sim.kernel.simd.conv;

import static fp8sim.kernel.simd.vector.Memory.LANES;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.TileShape;

/**
 * One plane of the input of a window operator, copied with its padding so that no window leaves it.
 * With a horizontal stride of s a row is kept as s rows, of every s-th column each: then windows of
 * adjacent outputs read adjacent elements.
 *
 * <p>For {@linkplain ConvGeometry#isOrdinary ordinary} geometries.
 */
@InPhase(Phase.PACKING)
public final class PaddedPlane {
  private final ConvGeometry geometry;
  private final float padding;

  /** Bytes of one of the s rows. */
  private final long pitch;

  /** Columns of it that windows reach. */
  private final int columns;

  private final int rows;
  private final int allRows;
  private final long[] offsets;

  /** For each of the s rows, which columns come from the plane, not from its padding. */
  private final int[] first;

  private final int[] end;

  /** With a stride of 2, how many pairs of columns give both rows; else 0. */
  private final int pairs;

  public PaddedPlane(ConvGeometry geometry, float padding) {
    this.geometry = geometry;
    this.padding = padding;
    int stride = geometry.strideX();
    int reach = (geometry.kernelWidth() - 1) * geometry.dilationX() / stride;
    columns = geometry.outWidth() + reach;
    int wholeTiles = Math.ceilDiv(geometry.outWidth(), TileShape.COLUMNS) * TileShape.COLUMNS;
    pitch = (long) (wholeTiles + reach + LANES) * Float.BYTES;
    int tileRows = Math.ceilDiv(geometry.outHeight(), GemmTile.WINDOW_ROWS) * GemmTile.WINDOW_ROWS;
    int extent = (geometry.kernelHeight() - 1) * geometry.dilationY() + 1;
    rows = (geometry.outHeight() - 1) * geometry.strideY() + extent;
    allRows = (tileRows - 1) * geometry.strideY() + extent;
    offsets = new long[geometry.kernelHeight() * geometry.kernelWidth()];
    for (int i = 0; i < offsets.length; i++) {
      int ky = i / geometry.kernelWidth() * geometry.dilationY();
      int kx = i % geometry.kernelWidth() * geometry.dilationX();
      offsets[i] = (ky * (long) stride + kx % stride) * pitch + (long) (kx / stride) * Float.BYTES;
    }
    first = new int[stride];
    end = new int[stride];
    for (int phase = 0; phase < stride; phase++) {
      int shift = phase - geometry.padLeft();
      first[phase] = Math.clamp(Math.ceilDiv(-shift, stride), 0, columns);
      int last = Math.floorDiv(geometry.width() - 1 - shift, stride);
      end[phase] = Math.clamp(last + 1, first[phase], columns);
    }
    boolean paired = stride == 2 && geometry.padLeft() / 2 + 1 < columns;
    pairs = paired ? Math.max(end[0] - first[0], end[1] - first[1]) : 0;
  }

  /** Memory that a plane needs. */
  public long bytes() {
    return (long) allRows * geometry.strideX() * pitch + Memory.VECTOR;
  }

  /** Where the elements of a window lie from its first one, row after row, in bytes. */
  public long[] offsets() {
    return offsets;
  }

  /** Rows of the plane that windows reach, with padding. */
  public int rows() {
    return rows;
  }

  /** Bytes from one row of outputs to the next. */
  public long rowStride() {
    return (long) geometry.strideY() * geometry.strideX() * pitch;
  }

  /**
   * Copies a plane.
   *
   * @param x its address
   * @param limit end of the memory that may be read
   */
  public void pack(long x, long limit, long to) {
    for (int row = 0; row < rows; row++) {
      int y = row - geometry.padTop();
      if (pairs > 0 && y >= 0 && y < geometry.height()) {
        packPairs(x + (long) y * geometry.width() * Float.BYTES, limit, to);
        to += 2 * pitch;
        continue;
      }
      for (int phase = 0; phase < geometry.strideX(); phase++) {
        if (y < 0 || y >= geometry.height()) {
          ShortRows.fill(to, columns, padding);
        } else {
          packRow(x + (long) y * geometry.width() * Float.BYTES, phase, limit, to);
        }
        to += pitch;
      }
    }
  }

  /** Both rows of every second column at once. */
  private void packPairs(long row, long limit, long to) {
    int even = geometry.padLeft() % 2;
    long evenRow = to + even * pitch;
    long oddRow = to + (1 - even) * pitch;
    ShortRows.fill(evenRow, first[even], padding);
    ShortRows.fill(oddRow, first[1 - even], padding);
    ShortRows.split(
        row,
        evenRow + (long) first[even] * Float.BYTES,
        oddRow + (long) first[1 - even] * Float.BYTES,
        pairs,
        limit);
    ShortRows.fill(evenRow + (long) end[even] * Float.BYTES, columns - end[even], padding);
    ShortRows.fill(oddRow + (long) end[1 - even] * Float.BYTES, columns - end[1 - even], padding);
  }

  private void packRow(long row, int phase, long limit, long to) {
    int stride = geometry.strideX();
    int from = first[phase];
    int until = end[phase];
    if (from > 0) {
      ShortRows.fill(to, from, padding);
    }
    ShortRows.copy(
        row + ((long) from * stride + phase - geometry.padLeft()) * Float.BYTES,
        to + (long) from * Float.BYTES,
        until - from,
        stride,
        limit);
    if (until < columns) {
      ShortRows.fill(to + (long) until * Float.BYTES, columns - until, padding);
    }
  }
}
