package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.INTS;
import static fp8sim.kernel.simd.Memory.LANES;
import static fp8sim.kernel.simd.Memory.ORDER;
import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.get;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Each term by one fused multiply-add. */
final class FusedWindowRows extends WindowRows {
  @Override
  void single(
      long x, long pitch, long left, long right, long weights, int count, float[] to, int toAt) {
    FloatVector w0 = FloatVector.broadcast(SPECIES, get(weights));
    FloatVector w1 = FloatVector.broadcast(SPECIES, get(weights + Float.BYTES));
    FloatVector w2 = FloatVector.broadcast(SPECIES, get(weights + 2 * Float.BYTES));
    FloatVector w3 = FloatVector.broadcast(SPECIES, get(weights + 3 * Float.BYTES));
    FloatVector w4 = FloatVector.broadcast(SPECIES, get(weights + 4 * Float.BYTES));
    FloatVector w5 = FloatVector.broadcast(SPECIES, get(weights + 5 * Float.BYTES));
    FloatVector w6 = FloatVector.broadcast(SPECIES, get(weights + 6 * Float.BYTES));
    FloatVector w7 = FloatVector.broadcast(SPECIES, get(weights + 7 * Float.BYTES));
    FloatVector w8 = FloatVector.broadcast(SPECIES, get(weights + 8 * Float.BYTES));
    long x0 = x & ADDRESS;
    long x1 = (x + pitch) & ADDRESS;
    long x2 = (x + 2 * pitch) & ADDRESS;
    long l = left & ADDRESS;
    long r = right & ADDRESS;
    for (int i = 0; i < count; i += LANES) {
      long k = (long) i * Float.BYTES & Integer.MAX_VALUE;
      IntVector hasLeft = IntVector.fromMemorySegment(INTS, ALL, l + k, ORDER);
      IntVector hasRight = IntVector.fromMemorySegment(INTS, ALL, r + k, ORDER);
      FloatVector c = FloatVector.zero(SPECIES);
      FloatVector v =
          IntVector.fromMemorySegment(INTS, ALL, x0 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c = v.fma(w0, c);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x0 + k + Float.BYTES, ORDER);
      c = v.fma(w1, c);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x0 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c = v.fma(w2, c);
      v = IntVector.fromMemorySegment(INTS, ALL, x1 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c = v.fma(w3, c);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x1 + k + Float.BYTES, ORDER);
      c = v.fma(w4, c);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x1 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c = v.fma(w5, c);
      v = IntVector.fromMemorySegment(INTS, ALL, x2 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c = v.fma(w6, c);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x2 + k + Float.BYTES, ORDER);
      c = v.fma(w7, c);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x2 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c = v.fma(w8, c);
      c.intoArray(to, toAt + i);
    }
  }

  @Override
  void pair(
      long x, long pitch, long left, long right, long weights, int count, float[] to, int toAt) {
    FloatVector w0 = FloatVector.broadcast(SPECIES, get(weights));
    FloatVector w1 = FloatVector.broadcast(SPECIES, get(weights + Float.BYTES));
    FloatVector w2 = FloatVector.broadcast(SPECIES, get(weights + 2 * Float.BYTES));
    FloatVector w3 = FloatVector.broadcast(SPECIES, get(weights + 3 * Float.BYTES));
    FloatVector w4 = FloatVector.broadcast(SPECIES, get(weights + 4 * Float.BYTES));
    FloatVector w5 = FloatVector.broadcast(SPECIES, get(weights + 5 * Float.BYTES));
    FloatVector w6 = FloatVector.broadcast(SPECIES, get(weights + 6 * Float.BYTES));
    FloatVector w7 = FloatVector.broadcast(SPECIES, get(weights + 7 * Float.BYTES));
    FloatVector w8 = FloatVector.broadcast(SPECIES, get(weights + 8 * Float.BYTES));
    long x0 = x & ADDRESS;
    long x1 = (x + pitch) & ADDRESS;
    long x2 = (x + 2 * pitch) & ADDRESS;
    long x3 = (x + 3 * pitch) & ADDRESS;
    long l = left & ADDRESS;
    long r = right & ADDRESS;
    for (int i = 0; i < count; i += LANES) {
      long k = (long) i * Float.BYTES & Integer.MAX_VALUE;
      IntVector hasLeft = IntVector.fromMemorySegment(INTS, ALL, l + k, ORDER);
      IntVector hasRight = IntVector.fromMemorySegment(INTS, ALL, r + k, ORDER);
      FloatVector c0 = FloatVector.zero(SPECIES);
      FloatVector c1 = FloatVector.zero(SPECIES);
      FloatVector v =
          IntVector.fromMemorySegment(INTS, ALL, x0 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c0 = v.fma(w0, c0);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x0 + k + Float.BYTES, ORDER);
      c0 = v.fma(w1, c0);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x0 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c0 = v.fma(w2, c0);
      v = IntVector.fromMemorySegment(INTS, ALL, x1 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c0 = v.fma(w3, c0);
      c1 = v.fma(w0, c1);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x1 + k + Float.BYTES, ORDER);
      c0 = v.fma(w4, c0);
      c1 = v.fma(w1, c1);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x1 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c0 = v.fma(w5, c0);
      c1 = v.fma(w2, c1);
      v = IntVector.fromMemorySegment(INTS, ALL, x2 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c0 = v.fma(w6, c0);
      c1 = v.fma(w3, c1);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x2 + k + Float.BYTES, ORDER);
      c0 = v.fma(w7, c0);
      c1 = v.fma(w4, c1);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x2 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c0 = v.fma(w8, c0);
      c1 = v.fma(w5, c1);
      v = IntVector.fromMemorySegment(INTS, ALL, x3 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c1 = v.fma(w6, c1);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x3 + k + Float.BYTES, ORDER);
      c1 = v.fma(w7, c1);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x3 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c1 = v.fma(w8, c1);
      c0.intoArray(to, toAt + i);
      c1.intoArray(to, toAt + count + i);
    }
  }
}
