package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.conv.ConvGeometry;
import java.util.function.IntConsumer;

/**
 * A flat copy of a plane with its padding. With strides it is kept as several parts, one for each
 * remainder of rows and columns, so that windows of adjacent outputs read adjacent elements. An
 * output row is as long as a row of a part: outputs are computed along the whole copy as if it were
 * one row, and those that lie between rows are dropped.
 *
 * <p>For {@linkplain ConvGeometry#isOrdinary ordinary} geometries.
 */
@InPhase(Phase.PACKING)
final class PlaneLayout {
  private final ConvGeometry geometry;
  private final int pitch;
  private final int rows;
  private final int[] offsets;

  PlaneLayout(ConvGeometry geometry) {
    this.geometry = geometry;
    int reach = (geometry.kernelWidth() - 1) * geometry.dilationX() / geometry.strideX();
    int extent = (geometry.kernelHeight() - 1) * geometry.dilationY() / geometry.strideY();
    pitch = geometry.outWidth() + reach;
    rows = geometry.outHeight() + extent;
    offsets = new int[geometry.kernelHeight() * geometry.kernelWidth()];
    for (int tap = 0; tap < offsets.length; tap++) {
      int y = tap / geometry.kernelWidth() * geometry.dilationY();
      int x = tap % geometry.kernelWidth() * geometry.dilationX();
      int part = y % geometry.strideY() * geometry.strideX() + x % geometry.strideX();
      offsets[tap] = (part * rows + y / geometry.strideY()) * pitch + x / geometry.strideX();
    }
  }

  /** Elements from one row of outputs to the next. */
  int pitch() {
    return pitch;
  }

  /** Outputs along the copy, with those between rows. */
  int positions() {
    return (geometry.outHeight() - 1) * pitch + geometry.outWidth();
  }

  /** Where the elements of a window lie from its first one, row after row. */
  int[] offsets() {
    return offsets;
  }

  /** Elements of the copy. */
  int elements() {
    return geometry.strideY() * geometry.strideX() * rows * pitch;
  }

  /**
   * Copies the plane's entries.
   *
   * @param from address of the 16-bit entries, row after row
   * @param copy how elements are copied; each row may be followed by anything
   * @param to address of the copy; as many zeros follow as sums are computed at once
   */
  void pack(long from, RowCopy copy, long to) {
    long at = to;
    long rowBytes = (long) pitch * copy.bytes();
    for (int partY = 0; partY < geometry.strideY(); partY++) {
      for (int partX = 0; partX < geometry.strideX(); partX++) {
        int first = firstColumn(partX);
        int count = Math.max(endColumn(partX) - first, 0);
        long skipped = (long) first * geometry.strideX() + partX - geometry.padLeft();
        for (int row = 0; row < rows; row++, at += rowBytes) {
          int y = row * geometry.strideY() + partY - geometry.padTop();
          if (y < 0 || y >= geometry.height() || count == 0) {
            copy.clear(at, pitch);
          } else {
            copy.clear(at, first);
            long source = from + ((long) y * geometry.width() + skipped) * Short.BYTES;
            copy.copy(source, at + (long) first * copy.bytes(), count, geometry.strideX());
            int end = first + count;
            copy.clear(at + (long) end * copy.bytes(), pitch - end);
          }
        }
      }
    }
    copy.clear(at, DepthwiseProducts.MORE);
  }

  /** The first column of a part that is not in the left padding. */
  private int firstColumn(int part) {
    return Math.clamp(Math.ceilDiv(geometry.padLeft() - part, geometry.strideX()), 0, pitch);
  }

  /** The first column of a part that is in the right padding. */
  private int endColumn(int part) {
    int last = Math.floorDiv(geometry.width() - 1 + geometry.padLeft() - part, geometry.strideX());
    return Math.clamp(last + 1, 0, pitch);
  }

  /**
   * Calls back for all outputs whose windows hold an element of the plane.
   *
   * @param found takes the output's number in its plane
   */
  void forOutputsOf(int y, int x, IntConsumer found) {
    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
      int row = y + geometry.padTop() - ky * geometry.dilationY();
      for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
        int column = x + geometry.padLeft() - kx * geometry.dilationX();
        boolean inGrid =
            row >= 0
                && column >= 0
                && row % geometry.strideY() == 0
                && column % geometry.strideX() == 0;
        if (inGrid
            && row / geometry.strideY() < geometry.outHeight()
            && column / geometry.strideX() < geometry.outWidth()) {
          found.accept(
              row / geometry.strideY() * geometry.outWidth() + column / geometry.strideX());
        }
      }
    }
  }
}
