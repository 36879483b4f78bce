package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.NE;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.conv.PaddedPlane;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * MaxPool over windows of at most three by three: first along each row of the input, for all
 * windows that share it, then down these maxima. The first of two equal zeros wins, as it does in
 * the order of rows. A window's last element takes the place of those that it lacks.
 */
final class SmallMaxPooling implements Executable {
  private static final int MOST = 3;

  private final ConvGeometry geometry;
  private final PaddedPlane padded;
  private final Tensor x;
  private final Tensor y;

  /** Distances in bytes of a window's second and third column, and row, from its first one. */
  private final long right1;

  private final long right2;
  private final long down1;
  private final long down2;

  SmallMaxPooling(ConvGeometry geometry, Step step, Binding binding) {
    this.geometry = geometry;
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    padded = new PaddedPlane(geometry, Float.NEGATIVE_INFINITY);
    int width = geometry.kernelWidth();
    int lastRow = geometry.kernelHeight() - 1;
    right1 = padded.offsets()[Math.min(1, width - 1)];
    right2 = padded.offsets()[width - 1];
    down1 = padded.offsets()[Math.min(1, lastRow) * width];
    down2 = padded.offsets()[lastRow * width];
  }

  /** Whether windows are small enough. */
  static boolean suits(ConvGeometry geometry) {
    return geometry.kernelWidth() <= MOST && geometry.kernelHeight() <= MOST;
  }

  @Override
  public void run(Parallel parallel) {
    int planes = geometry.batch() * geometry.groups();
    Chunks.runPlanes(parallel, planes, geometry.outPlane(), this::part);
  }

  private void part(int from, int end) {
    int width = geometry.outWidth();
    long vectors = (long) Math.ceilDiv(width, LANES) * VECTOR;
    long plane = Scratch.current().panel(padded.bytes() + vectors);
    long line = plane + padded.bytes();
    long rowBytes = padded.rowStride() / geometry.strideY();
    for (int p = from; p < end; p++) {
      long source = x.data().address() + (long) p * geometry.plane() * Float.BYTES;
      padded.pack(source, x.data().address() + x.data().byteSize(), plane);
      for (int row = 0; row < padded.rows(); row++) {
        long at = plane + row * rowBytes;
        largest(at, right1, right2, at, vectors);
      }
      long out = y.data().address() + (long) p * geometry.outPlane() * Float.BYTES;
      for (int row = 0; row < geometry.outHeight(); row++) {
        long at = plane + row * padded.rowStride();
        long to = out + (long) row * width * Float.BYTES;
        largest(at, down1, down2, line, vectors);
        ShortRows.copyExactly(line, to, width);
      }
    }
  }

  /**
   * The largest of three numbers for {@code bytes} of whole vectors; {@code y} may be {@code x}. Of
   * two zeros the first wins, whatever their signs, and NaN, which differs from itself, always.
   */
  private static void largest(long x, long second, long third, long y, long bytes) {
    long at = x & ADDRESS;
    long to = y & ADDRESS;
    // not a counted loop: it would be unrolled, and rows have few vectors
    for (long end = at + bytes; at != end; ) {
      FloatVector best = Memory.load(at);
      FloatVector value = Memory.load(at + second);
      best = best.blend(value, value.compare(GT, best).or(value.compare(NE, value)));
      value = Memory.load(at + third);
      best = best.blend(value, value.compare(GT, best).or(value.compare(NE, value)));
      Memory.store(to, best);
      at = (at + VECTOR) & ADDRESS;
      to = (to + VECTOR) & ADDRESS;
    }
  }
}
