package fp8sim.kernel.simd;

/**
 * Panels of a convolution's input patches, packed as they are needed: row k holds the input under
 * element k (input channel, kernel row, kernel column) of the kernel for each output position.
 */
final class PatchPanels implements Panels {
  private final ConvGeometry geometry;
  private final long x;
  private final long limit;
  private final int[] firstColumn;
  private final int[] endColumn;

  private long packed;
  private long stride;

  /** Runs of adjacent output columns of one output row: image, row, first and end column. */
  private int[] runs = new int[64];

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

  /**
   * Bytes from one k to the next for a number of panels: an odd number of tile rows, so that they
   * spread over all sets of the first-level cache.
   */
  static long stride(int panels) {
    return (long) (panels | 1) * Tile.ROW;
  }

  /** Bytes to pack so many panels. */
  static long bytes(int panels, int terms) {
    return stride(panels) * BlockProduct.longestRange(terms) + Memory.VECTOR;
  }

  /** Chooses the columns to pack, counted through all images, and the group of channels. */
  void select(int group, int column, int columns, Scratch scratch) {
    int panels = Math.ceilDiv(columns, Tile.COLUMNS);
    stride = stride(panels);
    packed = scratch.panel(bytes(panels, geometry.terms()));
    channel = group * geometry.channels();
    runCount = 0;
    for (int from = column; from < column + columns; ) {
      int row = from / geometry.outWidth();
      int first = from % geometry.outWidth();
      int end = Math.min(geometry.outWidth(), first + column + columns - from);
      addRun(row / geometry.outHeight(), row % geometry.outHeight(), first, end);
      from += end - first;
    }
  }

  private void addRun(int image, int row, int first, int end) {
    if (runs.length < 4 * (runCount + 1)) {
      runs = java.util.Arrays.copyOf(runs, 2 * runs.length);
    }
    int at = 4 * runCount++;
    runs[at] = image;
    runs[at + 1] = row;
    runs[at + 2] = first;
    runs[at + 3] = end;
  }

  @Override
  public void prepare(int k0, int count) {
    int area = geometry.kernelHeight() * geometry.kernelWidth();
    for (int k = k0; k < k0 + count; k++) {
      int ky = k % area / geometry.kernelWidth();
      pack(channel + k / area, ky, k % geometry.kernelWidth(), packed + (k - k0) * stride);
    }
  }

  private void pack(int c, int ky, int kx, long to) {
    int shift = kx * geometry.dilationX() - geometry.padLeft();
    for (int i = 0; i < 4 * runCount; i += 4) {
      int first = runs[i + 2];
      int end = runs[i + 3];
      int y = geometry.inputRow(runs[i + 1], ky);
      if (y < 0) {
        Rows.fill(to, end - first, 0f);
      } else {
        long plane = (long) (runs[i] * geometry.inputChannels() + c) * geometry.height() + y;
        long row = x + plane * geometry.width() * Float.BYTES;
        int from = Math.clamp(firstColumn[kx], first, end);
        int until = Math.clamp(endColumn[kx], from, end);
        Rows.fill(to, from - first, 0f);
        Rows.copy(
            row + (long) (from * geometry.strideX() + shift) * Float.BYTES,
            to + (long) (from - first) * Float.BYTES,
            until - from,
            geometry.strideX(),
            limit);
        Rows.fill(to + (long) (until - first) * Float.BYTES, end - until, 0f);
      }
      to += (long) (end - first) * Float.BYTES;
    }
  }

  @Override
  public long address(int panel) {
    return packed + (long) panel * Tile.ROW;
  }

  @Override
  public long stride() {
    return stride;
  }
}
