package fp8sim.kernel.simd.conv;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.gemm.Panels;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.TileShape;
import java.util.Arrays;

/**
 * Panels of a convolution's input patches, packed as they are needed: row k holds the input under
 * element k (input channel, kernel row, kernel column) of the kernel for each output position.
 */
@InPhase(Phase.PACKING)
final class PatchPanels implements Panels {
  /** Numbers that describe a run. */
  private static final int RUN = 5;

  private final ConvGeometry geometry;
  private final long x;
  private final long limit;
  private final int[] firstColumn;
  private final int[] endColumn;

  private long packed;
  private long stride;

  /**
   * Runs of adjacent output columns of one output row: image, row, first and end column, and where
   * it starts among the packed columns.
   */
  private int[] runs = new int[16 * RUN];

  private int runCount;
  private int channel;

  /**
   * Panels over an input.
   *
   * @param x its address
   * @param limit where it ends
   */
  PatchPanels(ConvGeometry geometry, long x, long limit) {
    this.geometry = geometry;
    this.x = x;
    this.limit = limit;
    firstColumn = new int[geometry.kernelWidth()];
    endColumn = new int[geometry.kernelWidth()];
    for (int kx = 0; kx < firstColumn.length; kx++) {
      firstColumn[kx] = geometry.firstColumn(kx);
      endColumn[kx] = geometry.endColumn(kx);
    }
  }

  /** Chooses the columns to pack, counted through all images, and the group of channels. */
  void select(int group, int column, int columns, Scratch scratch) {
    int panels = Math.ceilDiv(columns, TileShape.COLUMNS);
    stride = Panels.stride(panels);
    packed = scratch.panel(Panels.bytes(panels, geometry.terms()));
    channel = group * geometry.channels();
    runCount = 0;
    for (int from = column; from < column + columns; ) {
      int row = from / geometry.outWidth();
      int first = from % geometry.outWidth();
      int end = Math.min(geometry.outWidth(), first + column + columns - from);
      addRun(row / geometry.outHeight(), row % geometry.outHeight(), first, end, from - column);
      from += end - first;
    }
  }

  private void addRun(int image, int row, int first, int end, int position) {
    if (runs.length < RUN * (runCount + 1)) {
      runs = Arrays.copyOf(runs, 2 * runs.length);
    }
    int at = RUN * runCount++;
    runs[at] = image;
    runs[at + 1] = row;
    runs[at + 2] = first;
    runs[at + 3] = end;
    runs[at + 4] = position;
  }

  @Override
  public void prepare(int k0, int count) {
    int area = geometry.kernelHeight() * geometry.kernelWidth();
    for (int run = 0; run < runCount; run++) {
      for (int tap = 0; tap < area; tap++) {
        int first = Math.ceilDiv(k0 - tap, area);
        int end = Math.ceilDiv(k0 + count - tap, area);
        if (first < end) {
          int k = first * area + tap - k0;
          pack(run, tap, first, end - first, packed + k * stride, area * stride);
        }
      }
    }
  }

  /** Packs what one element of the kernel sees of a run, in {@code count} channels. */
  private void pack(int run, int tap, int firstChannel, int count, long to, long toStep) {
    int at = RUN * run;
    int first = runs[at + 2];
    int end = runs[at + 3];
    long target = to + (long) runs[at + 4] * Float.BYTES;
    int y = geometry.inputRow(runs[at + 1], tap / geometry.kernelWidth());
    if (y < 0) {
      for (int c = 0; c < count; c++) {
        ShortRows.fill(target + c * toStep, end - first, 0f);
      }
      return;
    }
    int kx = tap % geometry.kernelWidth();
    int from = Math.clamp(firstColumn[kx], first, end);
    int until = Math.clamp(endColumn[kx], from, end);
    int column = from * geometry.strideX() + kx * geometry.dilationX() - geometry.padLeft();
    long plane = (long) runs[at] * geometry.inputChannels() + channel + firstChannel;
    long source = x + ((plane * geometry.height() + y) * geometry.width() + column) * Float.BYTES;
    long sourceStep = (long) geometry.plane() * Float.BYTES;
    for (int c = 0; c < count; c++) {
      long row = target + c * toStep;
      if (from > first) {
        ShortRows.fill(row, from - first, 0f);
      }
      ShortRows.copy(
          source + c * sourceStep,
          row + (long) (from - first) * Float.BYTES,
          until - from,
          geometry.strideX(),
          limit);
      if (until < end) {
        ShortRows.fill(row + (long) (until - first) * Float.BYTES, end - until, 0f);
      }
    }
  }

  @Override
  public long address(int panel) {
    return packed + (long) panel * TileShape.ROW;
  }

  @Override
  public long stride() {
    return stride;
  }
}
