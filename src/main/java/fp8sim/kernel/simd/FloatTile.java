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

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.numerics.FloatMath;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/** The tiles of one float math; {@link Specialized} makes a class of it for each. */
@InPhase(Phase.PRODUCTS)
final class FloatTile extends Tile {
  /** Which of the two this class computes: {@link FloatMath#FUSED} or not. */
  private static final boolean FUSED =
      Specialized.floatMath(MethodHandles.lookup()) == FloatMath.FUSED;

  @Override
  void multiply(
      int rows,
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt) {
    switch (rows) {
      case HALF_ROWS -> half8(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      case 6 -> rows6(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      case 4 -> rows4(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      case 2 -> rows2(a, aStride, b, bStride, count, from, fromAt, to, toAt);
      default -> rows1(a, aStride, b, bStride, count, from, fromAt, to, toAt);
    }
  }

  private void rows6(
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
    long to1 = aStride & Integer.MAX_VALUE;
    long to2 = (2 * aStride) & Integer.MAX_VALUE;
    long to3 = (3 * aStride) & Integer.MAX_VALUE;
    long to4 = (4 * aStride) & Integer.MAX_VALUE;
    long to5 = (5 * aStride) & Integer.MAX_VALUE;
    long row = b & ADDRESS;
    long p = a & ADDRESS;
    long end = p + (long) count * Float.BYTES;
    while (p != end) {
      FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p));
      c00 = FUSED ? x.fma(w0, c00) : x.mul(w0).add(c00);
      c01 = FUSED ? x.fma(w1, c01) : x.mul(w1).add(c01);
      if (!FUSED && p == 1) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to1));
      c10 = FUSED ? x.fma(w0, c10) : x.mul(w0).add(c10);
      c11 = FUSED ? x.fma(w1, c11) : x.mul(w1).add(c11);
      if (p == 2) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to2));
      c20 = FUSED ? x.fma(w0, c20) : x.mul(w0).add(c20);
      c21 = FUSED ? x.fma(w1, c21) : x.mul(w1).add(c21);
      if (!FUSED && p == 3) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to3));
      c30 = FUSED ? x.fma(w0, c30) : x.mul(w0).add(c30);
      c31 = FUSED ? x.fma(w1, c31) : x.mul(w1).add(c31);
      if (p == 4) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to4));
      c40 = FUSED ? x.fma(w0, c40) : x.mul(w0).add(c40);
      c41 = FUSED ? x.fma(w1, c41) : x.mul(w1).add(c41);
      if (!FUSED && p == 5) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to5));
      c50 = FUSED ? x.fma(w0, c50) : x.mul(w0).add(c50);
      c51 = FUSED ? x.fma(w1, c51) : x.mul(w1).add(c51);
      p = (p + Float.BYTES) & ADDRESS;
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

  private void rows4(
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
    long to1 = aStride & Integer.MAX_VALUE;
    long to2 = (2 * aStride) & Integer.MAX_VALUE;
    long to3 = (3 * aStride) & Integer.MAX_VALUE;
    long row = b & ADDRESS;
    long p = a & ADDRESS;
    long end = p + (long) count * Float.BYTES;
    while (p != end) {
      FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p));
      c00 = FUSED ? x.fma(w0, c00) : x.mul(w0).add(c00);
      c01 = FUSED ? x.fma(w1, c01) : x.mul(w1).add(c01);
      if (!FUSED && p == 1) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to1));
      c10 = FUSED ? x.fma(w0, c10) : x.mul(w0).add(c10);
      c11 = FUSED ? x.fma(w1, c11) : x.mul(w1).add(c11);
      if (!FUSED && p == 2) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to2));
      c20 = FUSED ? x.fma(w0, c20) : x.mul(w0).add(c20);
      c21 = FUSED ? x.fma(w1, c21) : x.mul(w1).add(c21);
      if (!FUSED && p == 3) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to3));
      c30 = FUSED ? x.fma(w0, c30) : x.mul(w0).add(c30);
      c31 = FUSED ? x.fma(w1, c31) : x.mul(w1).add(c31);
      p = (p + Float.BYTES) & ADDRESS;
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

  private void rows2(
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
    long to1 = aStride & Integer.MAX_VALUE;
    long row = b & ADDRESS;
    long p = a & ADDRESS;
    long end = p + (long) count * Float.BYTES;
    while (p != end) {
      FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p));
      c00 = FUSED ? x.fma(w0, c00) : x.mul(w0).add(c00);
      c01 = FUSED ? x.fma(w1, c01) : x.mul(w1).add(c01);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to1));
      c10 = FUSED ? x.fma(w0, c10) : x.mul(w0).add(c10);
      c11 = FUSED ? x.fma(w1, c11) : x.mul(w1).add(c11);
      p = (p + Float.BYTES) & ADDRESS;
      row = (row + bStride) & ADDRESS;
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c10.intoArray(to, toAt + COLUMNS);
    c11.intoArray(to, toAt + COLUMNS + LANES);
  }

  private void rows1(
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
    long row = b & ADDRESS;
    long p = a & ADDRESS;
    long end = p + (long) count * Float.BYTES;
    while (p != end) {
      FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p));
      c00 = FUSED ? x.fma(w0, c00) : x.mul(w0).add(c00);
      c01 = FUSED ? x.fma(w1, c01) : x.mul(w1).add(c01);
      p = (p + Float.BYTES) & ADDRESS;
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
      c00 = FUSED ? load(x + offset).fma(w, c00) : load(x + offset).mul(w).add(c00);
      c01 =
          FUSED ? load(x + offset + VECTOR).fma(w, c01) : load(x + offset + VECTOR).mul(w).add(c01);
      c10 = FUSED ? load(x1 + offset).fma(w, c10) : load(x1 + offset).mul(w).add(c10);
      c11 =
          FUSED
              ? load(x1 + offset + VECTOR).fma(w, c11)
              : load(x1 + offset + VECTOR).mul(w).add(c11);
      c20 = FUSED ? load(x2 + offset).fma(w, c20) : load(x2 + offset).mul(w).add(c20);
      c21 =
          FUSED
              ? load(x2 + offset + VECTOR).fma(w, c21)
              : load(x2 + offset + VECTOR).mul(w).add(c21);
      c30 = FUSED ? load(x3 + offset).fma(w, c30) : load(x3 + offset).mul(w).add(c30);
      c31 =
          FUSED
              ? load(x3 + offset + VECTOR).fma(w, c31)
              : load(x3 + offset + VECTOR).mul(w).add(c31);
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

  private void half8(
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
    long to1 = aStride & Integer.MAX_VALUE;
    long to2 = (2 * aStride) & Integer.MAX_VALUE;
    long to3 = (3 * aStride) & Integer.MAX_VALUE;
    long to4 = (4 * aStride) & Integer.MAX_VALUE;
    long to5 = (5 * aStride) & Integer.MAX_VALUE;
    long to6 = (6 * aStride) & Integer.MAX_VALUE;
    long to7 = (7 * aStride) & Integer.MAX_VALUE;
    long row = b & ADDRESS;
    long p = a & ADDRESS;
    long end = p + (long) count * Float.BYTES;
    while (p != end) {
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p));
      c0 = FUSED ? x.fma(w, c0) : x.mul(w).add(c0);
      if (!FUSED && p == 1) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to1));
      c1 = FUSED ? x.fma(w, c1) : x.mul(w).add(c1);
      if (!FUSED && p == 2) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to2));
      c2 = FUSED ? x.fma(w, c2) : x.mul(w).add(c2);
      if (!FUSED && p == 3) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to3));
      c3 = FUSED ? x.fma(w, c3) : x.mul(w).add(c3);
      if (p == 4) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to4));
      c4 = FUSED ? x.fma(w, c4) : x.mul(w).add(c4);
      if (!FUSED && p == 5) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to5));
      c5 = FUSED ? x.fma(w, c5) : x.mul(w).add(c5);
      if (!FUSED && p == 6) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to6));
      c6 = FUSED ? x.fma(w, c6) : x.mul(w).add(c6);
      if (!FUSED && p == 7) {
        break;
      }
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, p + to7));
      c7 = FUSED ? x.fma(w, c7) : x.mul(w).add(c7);
      p = (p + Float.BYTES) & ADDRESS;
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
