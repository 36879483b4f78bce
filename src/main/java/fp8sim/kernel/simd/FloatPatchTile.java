package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.FLOAT;
import static fp8sim.kernel.simd.Memory.INT;
import static fp8sim.kernel.simd.Memory.LANES;
import static fp8sim.kernel.simd.Memory.ORDER;
import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.VECTOR;
import static fp8sim.kernel.simd.Tile.COLUMNS;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.numerics.FloatMath;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/** The tiles of one float math; {@link Specialized} makes a class of it for each. */
@InPhase(Phase.PRODUCTS)
final class FloatPatchTile extends PatchTile {
  /** Which of the two this class computes: {@link FloatMath#FUSED} or not. */
  private static final boolean FUSED =
      Specialized.floatMath(MethodHandles.lookup()) == FloatMath.FUSED;

  @Override
  void multiply(
      int size,
      long x,
      long[] positions,
      int first,
      long offsets,
      long weights,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    if (size == POSITIONS) {
      rows6(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
    } else {
      rows4(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
    }
  }

  private void rows6(
      long x,
      long[] positions,
      int first,
      long offsets,
      long weights,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS);
    FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS + LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * COLUMNS);
    FloatVector c21 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * COLUMNS + LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * COLUMNS);
    FloatVector c31 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * COLUMNS + LANES);
    FloatVector c40 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * COLUMNS);
    FloatVector c41 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * COLUMNS + LANES);
    FloatVector c50 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * COLUMNS);
    FloatVector c51 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * COLUMNS + LANES);
    long x0 = (x + positions[first]) & ADDRESS;
    long x1 = (x + positions[first + 1]) & ADDRESS;
    long x2 = (x + positions[first + 2]) & ADDRESS;
    long x3 = x + positions[first + 3];
    long x4 = (x + positions[first + 4]) & ADDRESS;
    long x5 = (x + positions[first + 5]) & ADDRESS;
    long row = weights & ADDRESS;
    long term = offsets & ADDRESS;
    for (long end = term + (long) count * Integer.BYTES; term != end; ) {
      long k = ALL.get(INT, term & ADDRESS) & Integer.MAX_VALUE;
      FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x0 + k));
      c00 = FUSED ? v.fma(w0, c00) : v.mul(w0).add(c00);
      c01 = FUSED ? v.fma(w1, c01) : v.mul(w1).add(c01);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x1 + k));
      c10 = FUSED ? v.fma(w0, c10) : v.mul(w0).add(c10);
      c11 = FUSED ? v.fma(w1, c11) : v.mul(w1).add(c11);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x2 + k));
      c20 = FUSED ? v.fma(w0, c20) : v.mul(w0).add(c20);
      c21 = FUSED ? v.fma(w1, c21) : v.mul(w1).add(c21);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x3 + k));
      c30 = FUSED ? v.fma(w0, c30) : v.mul(w0).add(c30);
      c31 = FUSED ? v.fma(w1, c31) : v.mul(w1).add(c31);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x4 + k));
      c40 = FUSED ? v.fma(w0, c40) : v.mul(w0).add(c40);
      c41 = FUSED ? v.fma(w1, c41) : v.mul(w1).add(c41);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x5 + k));
      c50 = FUSED ? v.fma(w0, c50) : v.mul(w0).add(c50);
      c51 = FUSED ? v.fma(w1, c51) : v.mul(w1).add(c51);
      row = (row + Tile.ROW) & ADDRESS;
      term += Integer.BYTES;
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c10.intoArray(to, toAt + COLUMNS);
    c11.intoArray(to, toAt + COLUMNS + LANES);
    c20.intoArray(to, toAt + 2 * COLUMNS);
    c21.intoArray(to, toAt + 2 * COLUMNS + LANES);
    c30.intoArray(to, toAt + 3 * COLUMNS);
    c31.intoArray(to, toAt + 3 * COLUMNS + LANES);
    c40.intoArray(to, toAt + 4 * COLUMNS);
    c41.intoArray(to, toAt + 4 * COLUMNS + LANES);
    c50.intoArray(to, toAt + 5 * COLUMNS);
    c51.intoArray(to, toAt + 5 * COLUMNS + LANES);
  }

  private void rows4(
      long x,
      long[] positions,
      int first,
      long offsets,
      long weights,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS);
    FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS + LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * COLUMNS);
    FloatVector c21 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * COLUMNS + LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * COLUMNS);
    FloatVector c31 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * COLUMNS + LANES);
    long x0 = (x + positions[first]) & ADDRESS;
    long x1 = (x + positions[first + 1]) & ADDRESS;
    long x2 = (x + positions[first + 2]) & ADDRESS;
    long x3 = (x + positions[first + 3]) & ADDRESS;
    long row = weights & ADDRESS;
    long term = offsets & ADDRESS;
    for (long end = term + (long) count * Integer.BYTES; term != end; ) {
      long k = ALL.get(INT, term & ADDRESS) & Integer.MAX_VALUE;
      FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x0 + k));
      c00 = FUSED ? v.fma(w0, c00) : v.mul(w0).add(c00);
      c01 = FUSED ? v.fma(w1, c01) : v.mul(w1).add(c01);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x1 + k));
      c10 = FUSED ? v.fma(w0, c10) : v.mul(w0).add(c10);
      c11 = FUSED ? v.fma(w1, c11) : v.mul(w1).add(c11);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x2 + k));
      c20 = FUSED ? v.fma(w0, c20) : v.mul(w0).add(c20);
      c21 = FUSED ? v.fma(w1, c21) : v.mul(w1).add(c21);
      v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x3 + k));
      c30 = FUSED ? v.fma(w0, c30) : v.mul(w0).add(c30);
      c31 = FUSED ? v.fma(w1, c31) : v.mul(w1).add(c31);
      row = (row + Tile.ROW) & ADDRESS;
      term += Integer.BYTES;
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c10.intoArray(to, toAt + COLUMNS);
    c11.intoArray(to, toAt + COLUMNS + LANES);
    c20.intoArray(to, toAt + 2 * COLUMNS);
    c21.intoArray(to, toAt + 2 * COLUMNS + LANES);
    c30.intoArray(to, toAt + 3 * COLUMNS);
    c31.intoArray(to, toAt + 3 * COLUMNS + LANES);
  }
}
