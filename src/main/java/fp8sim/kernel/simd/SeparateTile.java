package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.FLOAT;
import static fp8sim.kernel.simd.Memory.LANES;
import static fp8sim.kernel.simd.Memory.ORDER;
import static fp8sim.kernel.simd.Memory.SPECIES;
import static fp8sim.kernel.simd.Memory.VECTOR;
import static fp8sim.kernel.simd.Memory.get;
import static fp8sim.kernel.simd.Memory.load;

import jdk.incubator.vector.FloatVector;

/** Each term multiplied, rounded, then added. */
final class SeparateTile extends Tile {
  @Override
  void rows6(
      long a,
      long aStride,
      long b,
      long bStride,
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
    long a0 = a & ADDRESS;
    long a1 = a + aStride;
    long a2 = (a + 2 * aStride) & ADDRESS;
    long a3 = a + 3 * aStride;
    long a4 = (a + 4 * aStride) & ADDRESS;
    long a5 = a + 5 * aStride;
    long row = b & ADDRESS;
    for (int i = 0, end = count * Float.BYTES; i != end; i += Float.BYTES) {
      long k = i & Integer.MAX_VALUE;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a0 + k));
      c00 = x.mul(b0).add(c00);
      c01 = x.mul(b1).add(c01);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + k));
      c10 = x.mul(b0).add(c10);
      c11 = x.mul(b1).add(c11);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + k));
      c20 = x.mul(b0).add(c20);
      c21 = x.mul(b1).add(c21);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + k));
      c30 = x.mul(b0).add(c30);
      c31 = x.mul(b1).add(c31);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a4 + k));
      c40 = x.mul(b0).add(c40);
      c41 = x.mul(b1).add(c41);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a5 + k));
      c50 = x.mul(b0).add(c50);
      c51 = x.mul(b1).add(c51);
      row = (row + bStride) & ADDRESS;
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

  @Override
  void rows4(
      long a,
      long aStride,
      long b,
      long bStride,
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
    long a0 = a & ADDRESS;
    long a1 = (a + aStride) & ADDRESS;
    long a2 = (a + 2 * aStride) & ADDRESS;
    long a3 = (a + 3 * aStride) & ADDRESS;
    long row = b & ADDRESS;
    for (int i = 0, end = count * Float.BYTES; i != end; i += Float.BYTES) {
      long k = i & Integer.MAX_VALUE;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a0 + k));
      c00 = x.mul(b0).add(c00);
      c01 = x.mul(b1).add(c01);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + k));
      c10 = x.mul(b0).add(c10);
      c11 = x.mul(b1).add(c11);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + k));
      c20 = x.mul(b0).add(c20);
      c21 = x.mul(b1).add(c21);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + k));
      c30 = x.mul(b0).add(c30);
      c31 = x.mul(b1).add(c31);
      row = (row + bStride) & ADDRESS;
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

  @Override
  void rows2(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS);
    FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS + LANES);
    long a0 = a & ADDRESS;
    long a1 = (a + aStride) & ADDRESS;
    long row = b & ADDRESS;
    for (int i = 0, end = count * Float.BYTES; i != end; i += Float.BYTES) {
      long k = i & Integer.MAX_VALUE;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a0 + k));
      c00 = x.mul(b0).add(c00);
      c01 = x.mul(b1).add(c01);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + k));
      c10 = x.mul(b0).add(c10);
      c11 = x.mul(b1).add(c11);
      row = (row + bStride) & ADDRESS;
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c10.intoArray(to, toAt + COLUMNS);
    c11.intoArray(to, toAt + COLUMNS + LANES);
  }

  @Override
  void rows1(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LANES);
    long a0 = a & ADDRESS;
    long row = b & ADDRESS;
    for (int i = 0, end = count * Float.BYTES; i != end; i += Float.BYTES) {
      long k = i & Integer.MAX_VALUE;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a0 + k));
      c00 = x.mul(b0).add(c00);
      c01 = x.mul(b1).add(c01);
      row = (row + bStride) & ADDRESS;
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
  }

  @Override
  void window(long x, long rowStride, long[] offsets, long weights, float[] to) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    long x1 = x + rowStride;
    long x2 = x + 2 * rowStride;
    long x3 = x + 3 * rowStride;
    for (int i = 0; i < offsets.length; i++) {
      long offset = offsets[i];
      FloatVector w = FloatVector.broadcast(SPECIES, get(weights + (long) i * Float.BYTES));
      c00 = load(x + offset).mul(w).add(c00);
      c01 = load(x + offset + VECTOR).mul(w).add(c01);
      c10 = load(x1 + offset).mul(w).add(c10);
      c11 = load(x1 + offset + VECTOR).mul(w).add(c11);
      c20 = load(x2 + offset).mul(w).add(c20);
      c21 = load(x2 + offset + VECTOR).mul(w).add(c21);
      c30 = load(x3 + offset).mul(w).add(c30);
      c31 = load(x3 + offset + VECTOR).mul(w).add(c31);
    }
    c00.intoArray(to, 0);
    c01.intoArray(to, LANES);
    c10.intoArray(to, COLUMNS);
    c11.intoArray(to, COLUMNS + LANES);
    c20.intoArray(to, 2 * COLUMNS);
    c21.intoArray(to, 2 * COLUMNS + LANES);
    c30.intoArray(to, 3 * COLUMNS);
    c31.intoArray(to, 3 * COLUMNS + LANES);
  }

  @Override
  void half8(
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, from, fromAt);
    FloatVector c1 = FloatVector.fromArray(SPECIES, from, fromAt + COLUMNS);
    FloatVector c2 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * COLUMNS);
    FloatVector c3 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * COLUMNS);
    FloatVector c4 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * COLUMNS);
    FloatVector c5 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * COLUMNS);
    FloatVector c6 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * COLUMNS);
    FloatVector c7 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * COLUMNS);
    long a0 = a & ADDRESS;
    long a1 = (a + aStride) & ADDRESS;
    long a2 = (a + 2 * aStride) & ADDRESS;
    long a3 = (a + 3 * aStride) & ADDRESS;
    long a4 = (a + 4 * aStride) & ADDRESS;
    long a5 = (a + 5 * aStride) & ADDRESS;
    long a6 = (a + 6 * aStride) & ADDRESS;
    long a7 = (a + 7 * aStride) & ADDRESS;
    long row = b & ADDRESS;
    for (int i = 0, end = count * Float.BYTES; i != end; i += Float.BYTES) {
      long k = i & Integer.MAX_VALUE;
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a0 + k));
      c0 = x.mul(y).add(c0);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + k));
      c1 = x.mul(y).add(c1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + k));
      c2 = x.mul(y).add(c2);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + k));
      c3 = x.mul(y).add(c3);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a4 + k));
      c4 = x.mul(y).add(c4);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a5 + k));
      c5 = x.mul(y).add(c5);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a6 + k));
      c6 = x.mul(y).add(c6);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a7 + k));
      c7 = x.mul(y).add(c7);
      row = (row + bStride) & ADDRESS;
    }
    c0.intoArray(to, toAt);
    c1.intoArray(to, toAt + COLUMNS);
    c2.intoArray(to, toAt + 2 * COLUMNS);
    c3.intoArray(to, toAt + 3 * COLUMNS);
    c4.intoArray(to, toAt + 4 * COLUMNS);
    c5.intoArray(to, toAt + 5 * COLUMNS);
    c6.intoArray(to, toAt + 6 * COLUMNS);
    c7.intoArray(to, toAt + 7 * COLUMNS);
  }
}
