package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
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

/** MaxPool and AveragePool, plane by plane, vectors along rows. */
final class PlanePooling implements Executable {
  /** A pooling of one row of windows: {@code y[i]} from the windows that start at {@code x[i]}. */
  @FunctionalInterface
  interface RowPooling {
    void run(long x, long[] offsets, int row, long y, int vectors);
  }

  private final ConvGeometry geometry;
  private final PaddedPlane padded;
  private final RowPooling pooling;
  private final Tensor x;
  private final Tensor y;
  private final int planes;

  private PlanePooling(
      ConvGeometry geometry, float padding, RowPooling pooling, Step step, Binding binding) {
    this.geometry = geometry;
    this.pooling = pooling;
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    padded = new PaddedPlane(geometry, padding);
    planes = geometry.batch() * geometry.groups();
  }

  static PlanePooling max(ConvGeometry geometry, Step step, Binding binding) {
    return new PlanePooling(geometry, Float.NEGATIVE_INFINITY, PlanePooling::maxRow, step, binding);
  }

  /**
   * Means over windows.
   *
   * @param counts how many elements each output's window has, rows filled up to whole vectors
   */
  static PlanePooling average(ConvGeometry geometry, float[] counts, Step step, Binding binding) {
    int pitch = counts.length / Math.max(1, geometry.outHeight());
    RowPooling pooling =
        (x, offsets, row, y, vectors) -> meanRow(x, offsets, counts, row * pitch, y, vectors);
    return new PlanePooling(geometry, 0f, pooling, step, binding);
  }

  @Override
  public void run(Parallel parallel) {
    Chunks.runPlanes(parallel, planes, geometry.outPlane(), this::part);
  }

  private void part(int from, int end) {
    Scratch scratch = Scratch.current();
    int vectors = Math.ceilDiv(geometry.outWidth(), LANES);
    long rowBytes = (long) vectors * VECTOR;
    long plane = scratch.panel(padded.bytes() + rowBytes + VECTOR);
    long results = plane + Math.ceilDiv(padded.bytes(), VECTOR) * VECTOR;
    for (int p = from; p < end; p++) {
      long source = x.data().address() + (long) p * geometry.plane() * Float.BYTES;
      padded.pack(source, x.data().address() + x.data().byteSize(), plane);
      long out = y.data().address() + (long) p * geometry.outPlane() * Float.BYTES;
      for (int row = 0; row < geometry.outHeight(); row++) {
        pooling.run(plane + row * padded.rowStride(), padded.offsets(), row, results, vectors);
        ShortRows.copyExactly(
            results, out + (long) row * geometry.outWidth() * Float.BYTES, geometry.outWidth());
      }
    }
  }

  private static void maxRow(long x, long[] offsets, int row, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = x + (long) i * VECTOR;
      FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      for (int t = 0; t < offsets.length; t++) {
        FloatVector value = Memory.load(at + offsets[t]);
        // not max(): of two zeros the first wins, whatever their signs; NaN differs from itself
        best = best.blend(value, value.compare(GT, best).or(value.compare(NE, value)));
      }
      Memory.store(y + (long) i * VECTOR, best);
    }
  }

  private static void meanRow(
      long x, long[] offsets, float[] counts, int firstCount, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = x + (long) i * VECTOR;
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int t = 0; t < offsets.length; t++) {
        sum = sum.add(Memory.load(at + offsets[t]));
      }
      FloatVector count = FloatVector.fromArray(SPECIES, counts, firstCount + i * LANES);
      Memory.store(y + (long) i * VECTOR, sum.div(count));
    }
  }
}
