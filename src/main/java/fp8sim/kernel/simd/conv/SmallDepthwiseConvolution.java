package fp8sim.kernel.simd.conv;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Depthwise convolution by 3 x 3 weights. The windows of every column are computed, also of those
 * that a horizontal stride drops afterwards, so that adjacent lanes read adjacent elements.
 */
@InPhase(Phase.PRODUCTS)
public final class SmallDepthwiseConvolution implements Executable {
  private static final int SIZE = 3;

  /** Sums of a band fit the first-level cache beside its input. */
  private static final int MOST_SUMS = 2048;

  private final ConvGeometry geometry;
  private final Tensor x;
  private final Tensor weight;
  private final Tensor y;
  private final WindowRows windows;
  private final TileEpilogue epilogue;

  /** Floats from row to row of the input, if it is copied. */
  private final int pitch;

  /** Sums of a row of windows, whole vectors. */
  private final int line;

  /** Output rows of a band. */
  private final int rows;

  private final long left;
  private final long right;
  private final int planes;

  public SmallDepthwiseConvolution(Step step, Binding binding) {
    x = StepOperands.tensor(step.input(0), binding);
    weight = StepOperands.tensor(step.input(1), binding);
    y = binding.tensor(step.output());
    geometry = ConvGeometry.of((Op.Conv) step.op(), x.shape(), weight.shape(), y.shape());
    windows = WindowRows.of(binding.floatMath());
    int channels = geometry.outputChannels();
    epilogue = TileEpilogue.ofConv(step, binding, TileStage.Channels.TILES, channels);
    int columns = (geometry.outWidth() - 1) * geometry.strideX() + 1;
    pitch = Math.max(columns, geometry.width());
    line = Math.ceilDiv(columns, Memory.LANES) * Memory.LANES;
    int even = Math.max(2, MOST_SUMS / line / 2 * 2);
    rows = Math.clamp(even, 1, Math.max(1, geometry.outHeight()));
    left = mask(0, binding);
    right = mask(SIZE - 1, binding);
    planes = geometry.batch() * geometry.outputChannels();
  }

  /** Whether a depthwise convolution is of this kind. */
  public static boolean suits(Step step) {
    ConvGeometry geometry = ConvGeometry.of(step);
    return geometry.kernelHeight() == SIZE
        && geometry.kernelWidth() == SIZE
        && geometry.dilationX() == 1
        && geometry.dilationY() == 1
        && geometry.padLeft() <= 1
        && (geometry.outWidth() - 1L) * geometry.strideX() + SIZE - geometry.padLeft()
            <= geometry.width() + 1;
  }

  /** Which columns' windows have an element inside the plane. */
  private long mask(int kx, Binding binding) {
    MemorySegment mask = binding.allocate((long) line * Integer.BYTES);
    for (int i = 0; i < line; i++) {
      int column = i + kx - geometry.padLeft();
      boolean inside = column >= 0 && column < geometry.width();
      mask.setAtIndex(Memory.INT, i, inside ? -1 : 0);
    }
    return mask.address();
  }

  @Override
  public void run(Parallel parallel) {
    Chunks.runPlanes(parallel, planes, geometry.outPlane(), this::part);
  }

  private void part(int from, int end) {
    Scratch scratch = Scratch.current();
    long copy = scratch.panel(copyBytes());
    float[] sums = scratch.accumulators(rows * line + line + TileShape.COLUMNS);
    for (int p = from; p < end; p++) {
      int channel = p % geometry.outputChannels();
      long out = y.data().address() + (long) p * geometry.outPlane() * Float.BYTES;
      for (int row = 0; row < geometry.outHeight(); row += rows) {
        int count = Math.min(rows, geometry.outHeight() - row);
        multiply(p / geometry.filters(), channel, row, count, copy, sums);
        for (int r = 0; r < count && line > geometry.outWidth(); r++) {
          int width = geometry.outWidth();
          ShortRows.gather(sums, r * line, r * width, width, geometry.strideX());
        }
        long to = out + (long) row * geometry.outWidth() * Float.BYTES;
        TileWriter.writeLine(epilogue, sums, count * geometry.outWidth(), channel, to, scratch);
      }
    }
  }

  /** Bytes under a band from the first element of its first window on. */
  private long inputBytes(int outRows) {
    int lastRow = (outRows - 1) * geometry.strideY() + SIZE - 1;
    return ((long) lastRow * pitch + SIZE - 1 + line) * Float.BYTES;
  }

  /** Bytes of a copy of a band's rows, written whole vectors at a time. */
  private long copyBytes() {
    long count = (rows - 1L) * geometry.strideY() + SIZE;
    long written = (geometry.padLeft() + count * pitch) * Float.BYTES;
    return Math.max(inputBytes(rows), written) + Memory.VECTOR;
  }

  /** Sums the windows of a band, a line of sums for each output row. */
  private void multiply(int plane, int channel, int outRow, int outRows, long copy, float[] sums) {
    long weights = weight.data().address() + (long) channel * geometry.terms() * Float.BYTES;
    long from = input(plane, outRow, outRows, copy);
    long bytes = (long) pitch * Float.BYTES;
    int row = 0;
    for (; geometry.strideY() == 1 && row + 2 <= outRows; row += 2) {
      windows.pair(from + row * bytes, bytes, left, right, weights, line, sums, row * line);
    }
    for (; row < outRows; row++) {
      long at = from + row * ((long) geometry.strideY()) * bytes;
      windows.single(at, bytes, left, right, weights, line, sums, row * line);
    }
  }

  /** The address of the first element of a band's first window, in the input or in a copy. */
  private long input(int plane, int outRow, int outRows, long copy) {
    long start = x.data().address();
    long limit = start + x.data().byteSize();
    long source = start + (long) plane * geometry.plane() * Float.BYTES;
    int firstRow = outRow * geometry.strideY() - geometry.padTop();
    int count = (outRows - 1) * geometry.strideY() + SIZE;
    long first = source + ((long) firstRow * geometry.width() - geometry.padLeft()) * Float.BYTES;
    boolean inPlace =
        pitch == geometry.width()
            && firstRow >= 0
            && firstRow + count <= geometry.height()
            && first >= start
            && first + inputBytes(outRows) <= limit;
    if (inPlace) {
      return first;
    }
    copy(source, firstRow, count, limit, copy);
    return copy;
  }

  /** Copies rows; those outside the plane are zeros, what lies beside it is masked later. */
  private void copy(long source, int firstRow, int count, long limit, long to) {
    int above = Math.clamp(-(long) firstRow, 0, count);
    int first = firstRow + above;
    int inside = Math.clamp((long) geometry.height() - first, 0, count - above);
    long bytes = (long) pitch * Float.BYTES;
    ShortRows.fill(to, geometry.padLeft() + above * pitch, 0f);
    long from = source + (long) first * geometry.width() * Float.BYTES;
    long row = to + (long) geometry.padLeft() * Float.BYTES + above * bytes;
    if (pitch == geometry.width()) {
      ShortRows.copy(from, row, inside * pitch, limit);
    } else {
      for (int i = 0; i < inside; i++) {
        long at = from + (long) i * geometry.width() * Float.BYTES;
        ShortRows.copy(at, row + i * bytes, geometry.width(), limit);
      }
    }
    ShortRows.fill(row + inside * bytes, (count - above - inside) * pitch, 0f);
  }
}
