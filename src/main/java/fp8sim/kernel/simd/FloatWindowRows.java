package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.INTS;
import static fp8sim.kernel.simd.Memory.LANES;
import static fp8sim.kernel.simd.Memory.ORDER;
import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.get;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.numerics.FloatMath;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The rows of one float math; {@link Specialized} makes a class of it for each. */
@InPhase(Phase.PRODUCTS)
final class FloatWindowRows extends WindowRows {
  /** Which of the two this class computes: {@link FloatMath#FUSED} or not. */
  private static final boolean FUSED =
      Specialized.floatMath(MethodHandles.lookup()) == FloatMath.FUSED;

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
      c = FUSED ? v.fma(w0, c) : v.mul(w0).add(c);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x0 + k + Float.BYTES, ORDER);
      c = FUSED ? v.fma(w1, c) : v.mul(w1).add(c);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x0 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c = FUSED ? v.fma(w2, c) : v.mul(w2).add(c);
      v = IntVector.fromMemorySegment(INTS, ALL, x1 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c = FUSED ? v.fma(w3, c) : v.mul(w3).add(c);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x1 + k + Float.BYTES, ORDER);
      c = FUSED ? v.fma(w4, c) : v.mul(w4).add(c);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x1 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c = FUSED ? v.fma(w5, c) : v.mul(w5).add(c);
      v = IntVector.fromMemorySegment(INTS, ALL, x2 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c = FUSED ? v.fma(w6, c) : v.mul(w6).add(c);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x2 + k + Float.BYTES, ORDER);
      c = FUSED ? v.fma(w7, c) : v.mul(w7).add(c);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x2 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c = FUSED ? v.fma(w8, c) : v.mul(w8).add(c);
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
      c0 = FUSED ? v.fma(w0, c0) : v.mul(w0).add(c0);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x0 + k + Float.BYTES, ORDER);
      c0 = FUSED ? v.fma(w1, c0) : v.mul(w1).add(c0);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x0 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c0 = FUSED ? v.fma(w2, c0) : v.mul(w2).add(c0);
      v = IntVector.fromMemorySegment(INTS, ALL, x1 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c0 = FUSED ? v.fma(w3, c0) : v.mul(w3).add(c0);
      c1 = FUSED ? v.fma(w0, c1) : v.mul(w0).add(c1);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x1 + k + Float.BYTES, ORDER);
      c0 = FUSED ? v.fma(w4, c0) : v.mul(w4).add(c0);
      c1 = FUSED ? v.fma(w1, c1) : v.mul(w1).add(c1);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x1 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c0 = FUSED ? v.fma(w5, c0) : v.mul(w5).add(c0);
      c1 = FUSED ? v.fma(w2, c1) : v.mul(w2).add(c1);
      v = IntVector.fromMemorySegment(INTS, ALL, x2 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c0 = FUSED ? v.fma(w6, c0) : v.mul(w6).add(c0);
      c1 = FUSED ? v.fma(w3, c1) : v.mul(w3).add(c1);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x2 + k + Float.BYTES, ORDER);
      c0 = FUSED ? v.fma(w7, c0) : v.mul(w7).add(c0);
      c1 = FUSED ? v.fma(w4, c1) : v.mul(w4).add(c1);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x2 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c0 = FUSED ? v.fma(w8, c0) : v.mul(w8).add(c0);
      c1 = FUSED ? v.fma(w5, c1) : v.mul(w5).add(c1);
      v = IntVector.fromMemorySegment(INTS, ALL, x3 + k, ORDER).and(hasLeft).reinterpretAsFloats();
      c1 = FUSED ? v.fma(w6, c1) : v.mul(w6).add(c1);
      v = FloatVector.fromMemorySegment(SPECIES, ALL, x3 + k + Float.BYTES, ORDER);
      c1 = FUSED ? v.fma(w7, c1) : v.mul(w7).add(c1);
      v =
          IntVector.fromMemorySegment(INTS, ALL, x3 + k + 2 * Float.BYTES, ORDER)
              .and(hasRight)
              .reinterpretAsFloats();
      c1 = FUSED ? v.fma(w8, c1) : v.mul(w8).add(c1);
      c0.intoArray(to, toAt + i);
      c1.intoArray(to, toAt + count + i);
    }
  }
}
