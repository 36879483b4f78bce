package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.LookupVectors.BYTES;
import static fp8sim.kernel.simd.LookupVectors.DOUBLES;
import static fp8sim.kernel.simd.LookupVectors.FLOATS;
import static fp8sim.kernel.simd.LookupVectors.HALF_FLOATS;
import static fp8sim.kernel.simd.LookupVectors.HALF_INTS;
import static fp8sim.kernel.simd.LookupVectors.HALF_SHORTS;
import static fp8sim.kernel.simd.LookupVectors.INTS;
import static fp8sim.kernel.simd.LookupVectors.SHORTS;
import static fp8sim.kernel.simd.LookupVectors.getLong;
import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.I2D;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Sums of products for one vector of output channels at many positions. A pass takes a few terms:
 * each position adds, for each term, the vector of {@link LookupTables} that its code selects, so a
 * vector of products costs two loads and an addition.
 *
 * <p>The first operand's entries lie in quads, four terms together: quad q of a position lies at
 * {@code codes + 8 * (quads[q] + position)}.
 *
 * <p>Measured with AVX2 on one core: 27 GMAC/s with 16-bit products, besides building the tables,
 * which costs as much as 700 positions; a gather per vector reached a tenth of this speed.
 */
final class LookupSums {
  /** Terms of a quad, and of a pass over wider products. */
  static final int TERMS = 4;

  /** Terms of a pass over 16-bit products. */
  static final int SHORT_TERMS = 8;

  private static final int QUAD_SHIFT = 3;

  /** Times a larger one an int may overflow; times a subnormal one it may be rounded twice. */
  private static final double LARGEST_UNIT = 0x1p96;

  private static final int ENTRY = 0xFFFF;
  private static final long STRIDE = LookupTables.STRIDE;

  private final ProductLookup lookup;
  private final int positions;
  private final long tables;
  private final long sums;
  private final long wideSums;
  private boolean widened;

  /**
   * Sums at up to {@code positions} positions.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupSums(ProductLookup lookup, int positions, long address) {
    this.lookup = lookup;
    this.positions = positions;
    tables = address;
    sums = address + (LookupTables.bytes(SHORT_TERMS) + 63) / 64 * 64;
    wideSums = sums + (long) positions * BYTES;
  }

  /** Bytes of working memory. */
  static long bytes(int positions) {
    return (LookupTables.bytes(SHORT_TERMS) + 63) / 64 * 64 + 3L * positions * BYTES;
  }

  /**
   * Computes the sums of positions {@code first} to {@code end - 1}.
   *
   * @param codes address of the first operand's quads
   * @param usedBits bits that its codes have
   * @param position where each output position starts, in quads
   * @param quads where each four terms lie from there, in quads
   * @param weights codes of the second operand: {@code stride} for each term, from {@code at} on
   * @param rows see {@link LookupTables#build}
   */
  void run(
      long codes,
      int usedBits,
      int[] position,
      int first,
      int end,
      int[] quads,
      short[] weights,
      int at,
      int stride,
      long[] rows,
      int channel,
      int channels) {
    int step = lookup.kind() == ProductLookup.Kind.SHORT ? SHORT_TERMS : TERMS;
    LookupTables built = new LookupTables(lookup, usedBits, SHORT_TERMS, tables);
    boolean narrow = lookup.kind() != ProductLookup.Kind.WIDE;
    widened = false;
    LookupVectors.clear(sums, (long) (end - first) * BYTES);
    if (!narrow) {
      LookupVectors.clear(wideSums, 2L * (end - first) * BYTES);
    }
    int inBlock = 0;
    int terms = quads.length * TERMS;
    for (int k = 0; k < terms; k += step) {
      int count = Math.min(step, terms - k);
      for (int j = 0; j < count; j++) {
        built.build(j, weights, at + (k + j) * stride, rows, channel, channels);
      }
      long low = codes + ((long) quads[k / TERMS] << QUAD_SHIFT);
      switch (lookup.kind()) {
        case SHORT -> {
          if (count == SHORT_TERMS) {
            long high = codes + ((long) quads[k / TERMS + 1] << QUAD_SHIFT);
            addEightShorts(low, high, position, first, end, tables, sums);
          } else {
            addShorts(low, position, first, end, tables, sums);
          }
        }
        case INT -> addInts(low, position, first, end, tables, sums);
        case WIDE -> {
          addWide(low, position, first, end, tables, wideSums);
          long half = BYTES / 2;
          addWide(low, position, first, end, tables + half, wideSums + BYTES);
        }
      }
      inBlock += count;
      if (narrow && inBlock + step > lookup.block() && k + step < terms) {
        widen(end - first);
        LookupVectors.clear(sums, (long) (end - first) * BYTES);
        inBlock = 0;
      }
    }
    if (lookup.kind() == ProductLookup.Kind.SHORT || widened) {
      widen(end - first);
    }
  }

  private static void addEightShorts(
      long low, long high, int[] position, int first, int end, long tables, long sums) {
    long t0 = tables & ADDRESS;
    long t1 = (tables + STRIDE) & ADDRESS;
    long t2 = (tables + 2 * STRIDE) & ADDRESS;
    long t3 = (tables + 3 * STRIDE) & ADDRESS;
    long t4 = (tables + 4 * STRIDE) & ADDRESS;
    long t5 = (tables + 5 * STRIDE) & ADDRESS;
    long t6 = (tables + 6 * STRIDE) & ADDRESS;
    long t7 = (tables + 7 * STRIDE) & ADDRESS;
    long to = sums & ADDRESS;
    for (int i = first; i != end; i++) {
      long p = (long) position[i] << QUAD_SHIFT;
      long x = getLong(low + p);
      long y = getLong(high + p);
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, to, ORDER);
      v = v.add(ShortVector.fromMemorySegment(SHORTS, ALL, t0 + (x & ENTRY) & ADDRESS, ORDER));
      v =
          v.add(
              ShortVector.fromMemorySegment(SHORTS, ALL, t1 + (x >>> 16 & ENTRY) & ADDRESS, ORDER));
      v =
          v.add(
              ShortVector.fromMemorySegment(SHORTS, ALL, t2 + (x >>> 32 & ENTRY) & ADDRESS, ORDER));
      v = v.add(ShortVector.fromMemorySegment(SHORTS, ALL, t3 + (x >>> 48) & ADDRESS, ORDER));
      ShortVector w = ShortVector.fromMemorySegment(SHORTS, ALL, t4 + (y & ENTRY) & ADDRESS, ORDER);
      w =
          w.add(
              ShortVector.fromMemorySegment(SHORTS, ALL, t5 + (y >>> 16 & ENTRY) & ADDRESS, ORDER));
      w =
          w.add(
              ShortVector.fromMemorySegment(SHORTS, ALL, t6 + (y >>> 32 & ENTRY) & ADDRESS, ORDER));
      w = w.add(ShortVector.fromMemorySegment(SHORTS, ALL, t7 + (y >>> 48) & ADDRESS, ORDER));
      v.add(w).intoMemorySegment(ALL, to, ORDER);
      to = (to + BYTES) & ADDRESS;
    }
  }

  private static void addShorts(
      long codes, int[] position, int first, int end, long tables, long sums) {
    long t0 = tables & ADDRESS;
    long t1 = (tables + STRIDE) & ADDRESS;
    long t2 = (tables + 2 * STRIDE) & ADDRESS;
    long t3 = (tables + 3 * STRIDE) & ADDRESS;
    long to = sums & ADDRESS;
    for (int i = first; i != end; i++) {
      long x = getLong(codes + ((long) position[i] << QUAD_SHIFT));
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, to, ORDER);
      v = v.add(ShortVector.fromMemorySegment(SHORTS, ALL, t0 + (x & ENTRY) & ADDRESS, ORDER));
      v =
          v.add(
              ShortVector.fromMemorySegment(SHORTS, ALL, t1 + (x >>> 16 & ENTRY) & ADDRESS, ORDER));
      v =
          v.add(
              ShortVector.fromMemorySegment(SHORTS, ALL, t2 + (x >>> 32 & ENTRY) & ADDRESS, ORDER));
      v = v.add(ShortVector.fromMemorySegment(SHORTS, ALL, t3 + (x >>> 48) & ADDRESS, ORDER));
      v.intoMemorySegment(ALL, to, ORDER);
      to = (to + BYTES) & ADDRESS;
    }
  }

  private static void addInts(
      long codes, int[] position, int first, int end, long tables, long sums) {
    long t0 = tables & ADDRESS;
    long t1 = (tables + STRIDE) & ADDRESS;
    long t2 = (tables + 2 * STRIDE) & ADDRESS;
    long t3 = (tables + 3 * STRIDE) & ADDRESS;
    long to = sums & ADDRESS;
    for (int i = first; i != end; i++) {
      long x = getLong(codes + ((long) position[i] << QUAD_SHIFT));
      IntVector v = IntVector.fromMemorySegment(INTS, ALL, to, ORDER);
      v = v.add(IntVector.fromMemorySegment(INTS, ALL, t0 + (x & ENTRY) & ADDRESS, ORDER));
      v = v.add(IntVector.fromMemorySegment(INTS, ALL, t1 + (x >>> 16 & ENTRY) & ADDRESS, ORDER));
      v = v.add(IntVector.fromMemorySegment(INTS, ALL, t2 + (x >>> 32 & ENTRY) & ADDRESS, ORDER));
      v = v.add(IntVector.fromMemorySegment(INTS, ALL, t3 + (x >>> 48) & ADDRESS, ORDER));
      v.intoMemorySegment(ALL, to, ORDER);
      to = (to + BYTES) & ADDRESS;
    }
  }

  /** One half of each vector of products: an extraction would cost more than a second load. */
  private static void addWide(
      long codes, int[] position, int first, int end, long tables, long sums) {
    long t0 = tables & ADDRESS;
    long t1 = (tables + STRIDE) & ADDRESS;
    long t2 = (tables + 2 * STRIDE) & ADDRESS;
    long t3 = (tables + 3 * STRIDE) & ADDRESS;
    long to = sums & ADDRESS;
    for (int i = first; i != end; i++) {
      long x = getLong(codes + ((long) position[i] << QUAD_SHIFT));
      FloatVector a =
          FloatVector.fromMemorySegment(HALF_FLOATS, ALL, t0 + (x & ENTRY) & ADDRESS, ORDER);
      FloatVector b =
          FloatVector.fromMemorySegment(HALF_FLOATS, ALL, t1 + (x >>> 16 & ENTRY) & ADDRESS, ORDER);
      FloatVector c =
          FloatVector.fromMemorySegment(HALF_FLOATS, ALL, t2 + (x >>> 32 & ENTRY) & ADDRESS, ORDER);
      FloatVector d =
          FloatVector.fromMemorySegment(HALF_FLOATS, ALL, t3 + (x >>> 48) & ADDRESS, ORDER);
      DoubleVector v = DoubleVector.fromMemorySegment(DOUBLES, ALL, to, ORDER);
      v = v.add(a.convertShape(F2D, DOUBLES, 0)).add(b.convertShape(F2D, DOUBLES, 0));
      v = v.add(c.convertShape(F2D, DOUBLES, 0)).add(d.convertShape(F2D, DOUBLES, 0));
      v.intoMemorySegment(ALL, to, ORDER);
      to = (to + 2L * BYTES) & ADDRESS;
    }
  }

  /** Adds a block's sums to those of the next wider type, or begins these. */
  private void widen(int count) {
    if (!widened) {
      LookupVectors.clear(wideSums, 2L * count * BYTES);
      widened = true;
    }
    if (lookup.kind() == ProductLookup.Kind.SHORT) {
      widenShorts(sums, wideSums, count);
    } else {
      widenInts(sums, wideSums, count);
    }
  }

  private static void widenShorts(long from, long to, int vectors) {
    for (long i = 0; i < (long) vectors * BYTES; i += BYTES / 2) {
      long at = to + 2 * i & ADDRESS;
      ShortVector half = ShortVector.fromMemorySegment(HALF_SHORTS, ALL, from + i & ADDRESS, ORDER);
      IntVector sum = IntVector.fromMemorySegment(INTS, ALL, at, ORDER);
      sum.add(half.convertShape(S2I, INTS, 0)).intoMemorySegment(ALL, at, ORDER);
    }
  }

  private static void widenInts(long from, long to, int vectors) {
    for (long i = 0; i < (long) vectors * BYTES; i += BYTES / 2) {
      long at = to + 2 * i & ADDRESS;
      IntVector half = IntVector.fromMemorySegment(HALF_INTS, ALL, from + i & ADDRESS, ORDER);
      DoubleVector sum = DoubleVector.fromMemorySegment(DOUBLES, ALL, at, ORDER);
      sum.add(half.convertShape(I2D, DOUBLES, 0)).intoMemorySegment(ALL, at, ORDER);
    }
  }

  /**
   * Writes the sums of {@code count} positions from {@code first} on, times their unit, rounded
   * once: position i goes to {@code to[at + i * stride ...]}.
   */
  void results(int first, int count, float[] to, int at, int stride) {
    double unit = lookup.unit();
    int lanes = lookup.kind().lanes();
    boolean areInts = lookup.kind() == ProductLookup.Kind.SHORT;
    boolean areNarrow = lookup.kind() == ProductLookup.Kind.INT && !widened;
    for (int i = 0; i < count; i++) {
      long wide = wideSums + 2L * (first + i) * BYTES;
      int out = at + i * stride;
      if (areInts) {
        fromInts(wide, unit, to, out, lanes);
      } else if (areNarrow) {
        fromInts(sums + (long) (first + i) * BYTES, unit, to, out, lanes);
      } else {
        fromDoubles(wide, unit, to, out, lanes);
      }
    }
  }

  private static void fromInts(long from, double unit, float[] to, int at, int count) {
    if ((float) unit >= Float.MIN_NORMAL && unit <= LARGEST_UNIT) {
      for (int i = 0; i < count; i += INTS.length()) {
        long address = from + (long) i * Integer.BYTES & ADDRESS;
        IntVector ints = IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
        FloatVector sum = (FloatVector) ints.convertShape(I2F, FLOATS, 0);
        sum.mul((float) unit).intoArray(to, at + i);
      }
      return;
    }
    for (int i = 0; i < count; i += DOUBLES.length()) {
      long address = from + (long) i * Integer.BYTES & ADDRESS;
      IntVector ints = IntVector.fromMemorySegment(HALF_INTS, ALL, address, ORDER);
      DoubleVector sum = (DoubleVector) ints.convertShape(I2D, DOUBLES, 0);
      ((FloatVector) sum.mul(unit).convertShape(D2F, HALF_FLOATS, 0)).intoArray(to, at + i);
    }
  }

  private static void fromDoubles(long from, double unit, float[] to, int at, int count) {
    for (int i = 0; i < count; i += DOUBLES.length()) {
      long address = from + (long) i * Double.BYTES & ADDRESS;
      DoubleVector sum = DoubleVector.fromMemorySegment(DOUBLES, ALL, address, ORDER);
      ((FloatVector) sum.mul(unit).convertShape(D2F, HALF_FLOATS, 0)).intoArray(to, at + i);
    }
  }
}
