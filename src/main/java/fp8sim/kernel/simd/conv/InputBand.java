package fp8sim.kernel.simd.conv;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.ShortRows;

/**
 * The input rows under a band of output rows, of all channels: where they are if no window reaches
 * into padding, else copied with their padding.
 */
@InPhase(Phase.PACKING)
final class InputBand {
  private final ConvGeometry geometry;
  private final boolean copied;

  /** Rows of a band, floats from row to row, and floats from channel to channel. */
  private final int rows;

  private final int pitch;
  private final int plane;

  /**
   * Bands of a convolution.
   *
   * @param outRows output rows of a band
   */
  InputBand(ConvGeometry geometry, int outRows) {
    this.geometry = geometry;
    int reachY = (geometry.kernelHeight() - 1) * geometry.dilationY();
    int reachX = (geometry.kernelWidth() - 1) * geometry.dilationX();
    int endY = (geometry.outHeight() - 1) * geometry.strideY() + reachY + 1;
    int endX = (geometry.outWidth() - 1) * geometry.strideX() + reachX + 1;
    copied =
        geometry.padTop() > 0
            || geometry.padLeft() > 0
            || endY > geometry.height()
            || endX > geometry.width();
    rows = (outRows - 1) * geometry.strideY() + reachY + 1;
    pitch = copied ? endX : geometry.width();
    plane = copied ? rows * pitch : geometry.plane();
  }

  /** Memory for copies of so many images; 0 if there are none. */
  long bytes(int images) {
    long floats = (long) images * geometry.channels() * plane;
    return copied ? floats * Float.BYTES + Memory.VECTOR : 0;
  }

  /** Distances in bytes of each term of a window from its first one. */
  int[] offsets() {
    int[] offsets = new int[geometry.terms()];
    int i = 0;
    for (int c = 0; c < geometry.channels(); c++) {
      for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
        int row = c * plane + ky * geometry.dilationY() * pitch;
        for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
          offsets[i++] = (row + kx * geometry.dilationX()) * Float.BYTES;
        }
      }
    }
    return offsets;
  }

  /** Distances in bytes of each position's window from the band's start, images one by one. */
  long[] positions(int images, int outRows) {
    long[] positions = new long[images * outRows * geometry.outWidth()];
    int i = 0;
    for (int image = 0; image < images; image++) {
      long start = (long) image * geometry.channels() * plane;
      for (int y = 0; y < outRows; y++) {
        long row = start + (long) y * geometry.strideY() * pitch;
        for (int column = 0; column < geometry.outWidth(); column++) {
          positions[i++] = (row + (long) column * geometry.strideX()) * Float.BYTES;
        }
      }
    }
    return positions;
  }

  /**
   * The address of a band.
   *
   * @param x the input's address
   * @param limit where the input ends
   * @param copy address of {@link #bytes}
   */
  long prepare(long x, long limit, int image, int images, int outRow, int outRows, long copy) {
    int firstRow = outRow * geometry.strideY() - geometry.padTop();
    long source = x + (long) image * geometry.channels() * geometry.plane() * Float.BYTES;
    if (!copied) {
      return source + (long) firstRow * geometry.width() * Float.BYTES;
    }
    int needed = rows(outRows);
    long planeBytes = (long) plane * Float.BYTES;
    for (int c = 0; c < images * geometry.channels(); c++) {
      long from = source + (long) c * geometry.plane() * Float.BYTES;
      copy(from, limit, firstRow, needed, copy + c * planeBytes);
    }
    return copy;
  }

  private int rows(int outRows) {
    return (outRows - 1) * geometry.strideY()
        + (geometry.kernelHeight() - 1) * geometry.dilationY()
        + 1;
  }

  /** Copies rows of one channel; each write may be overwritten by the next one's start. */
  private void copy(long from, long limit, int firstRow, int count, long to) {
    int left = Math.min(geometry.padLeft(), pitch);
    int inside = Math.min(geometry.width(), pitch - left);
    for (int r = 0; r < count; r++) {
      int y = firstRow + r;
      long row = to + (long) r * pitch * Float.BYTES;
      if (y < 0 || y >= geometry.height()) {
        ShortRows.fill(row, pitch, 0f);
        continue;
      }
      ShortRows.fill(row, left, 0f);
      long start = row + (long) left * Float.BYTES;
      ShortRows.copy(from + (long) y * geometry.width() * Float.BYTES, start, inside, limit);
      ShortRows.fill(start + (long) inside * Float.BYTES, pitch - left - inside, 0f);
    }
  }
}
