package fp8sim.kernel.simd.conv;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.TileShape;

/**
 * One plane of the input of a window operator without strides, copied so that its rows share the
 * padding between them. Outputs are computed along the whole copy as if it were one row; those that
 * lie between rows are dropped.
 */
@InPhase(Phase.PACKING)
final class FlatPlane {
  private final ConvGeometry geometry;

  /** Floats from row to row. */
  private final int pitch;

  private final int rows;
  private final int tiles;
  private final long[] offsets;

  FlatPlane(ConvGeometry geometry) {
    this.geometry = geometry;
    pitch = geometry.width() + gap(geometry);
    rows = geometry.outHeight() + (geometry.kernelHeight() - 1) * geometry.dilationY();
    int tileSize = GemmTile.WINDOW_ROWS * TileShape.COLUMNS;
    tiles = Math.ceilDiv(geometry.outHeight() * pitch, tileSize);
    offsets = new long[geometry.kernelHeight() * geometry.kernelWidth()];
    for (int i = 0; i < offsets.length; i++) {
      int ky = i / geometry.kernelWidth() * geometry.dilationY();
      int kx = i % geometry.kernelWidth() * geometry.dilationX();
      offsets[i] = ((long) ky * pitch + kx) * Float.BYTES;
    }
  }

  /** Whether a window operator has no strides and outputs no wider than the copy's rows. */
  static boolean fits(ConvGeometry geometry) {
    return geometry.strideX() == 1
        && geometry.strideY() == 1
        && geometry.outWidth() <= geometry.width() + gap(geometry);
  }

  /** Columns of padding that windows reach on either side. */
  private static int gap(ConvGeometry geometry) {
    int extent = (geometry.kernelWidth() - 1) * geometry.dilationX();
    int right = geometry.outWidth() + extent - geometry.padLeft() - geometry.width();
    return Math.max(Math.max(geometry.padLeft(), right), 0);
  }

  /** Tiles of {@link GemmTile#WINDOW_ROWS} rows, one behind the other, that cover the outputs. */
  int tiles() {
    return tiles;
  }

  /** Memory of the copy, a multiple of a vector. */
  long bytes() {
    int reach = (geometry.kernelWidth() - 1) * geometry.dilationX();
    long extent = (geometry.kernelHeight() - 1L) * geometry.dilationY();
    long read = (long) tiles * GemmTile.WINDOW_ROWS * TileShape.COLUMNS + extent * pitch + reach;
    long written = geometry.padLeft() + (long) rows * pitch;
    long floats = Math.max(read, written) + 2L * Memory.LANES;
    return Math.ceilDiv(floats * Float.BYTES, Memory.VECTOR) * Memory.VECTOR;
  }

  /** Where the elements of a window lie from its first one, row after row, in bytes. */
  long[] offsets() {
    return offsets;
  }

  /** Copies the plane at an address; reads stay below {@code limit}. */
  void pack(long x, long limit, long to) {
    int above = Math.min(geometry.padTop(), rows);
    ShortRows.fill(to, geometry.padLeft() + above * pitch, 0f);
    int here = Math.clamp(rows - above, 0, geometry.height());
    int gap = pitch - geometry.width();
    for (int row = 0; row < here; row++) {
      long target = to + (geometry.padLeft() + (long) (above + row) * pitch) * Float.BYTES;
      ShortRows.copy(
          x + (long) row * geometry.width() * Float.BYTES, target, geometry.width(), limit);
      ShortRows.fill(target + (long) geometry.width() * Float.BYTES, gap, 0f);
    }
    long done = (geometry.padLeft() + (long) (above + here) * pitch) * Float.BYTES;
    ShortRows.fill(to + done, (int) ((bytes() - done) / Float.BYTES) - Memory.LANES, 0f);
  }

  /** Takes the outputs out of results computed along the copy. */
  void unpack(long results, long y) {
    int width = geometry.outWidth();
    int last = geometry.outHeight() - 1;
    for (int row = 0; row <= last; row++) {
      long from = results + (long) row * pitch * Float.BYTES;
      long to = y + (long) row * width * Float.BYTES;
      if ((last - row) * width >= Memory.LANES) {
        ShortRows.copy(from, to, width, Long.MAX_VALUE);
      } else {
        ShortRows.copyExactly(from, to, width);
      }
    }
  }
}
