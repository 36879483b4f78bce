package fp8sim.kernel.simd.coded;

import static fp8sim.kernel.simd.vector.LookupVectors.DOUBLES;
import static fp8sim.kernel.simd.vector.LookupVectors.LONGS;
import static fp8sim.kernel.simd.vector.LookupVectors.getShort;
import static fp8sim.kernel.simd.vector.LookupVectors.setLong;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;

/**
 * Sums of nine products of one 3x3 filter. The three products that a code has with the weights of a
 * filter row lie in one long, 16 bits each, for three outputs: an input position adds three longs,
 * one for each filter row, and an output adds one part of each of three positions.
 *
 * <p>A filter's table starts with zeros for padding; the products of code c lie {@code ENTRY * (c +
 * 1)} bytes behind.
 */
@InPhase(Phase.PRODUCTS)
final class LookupTriples {
  /** Bytes of three products. */
  static final int ENTRY = Long.BYTES;

  /** Filter rows, and columns. */
  static final int SIZE = 3;

  private static final int BITS = 16;
  private static final long MASK = 0xFFFF;

  /** Added to each part of a sum, so that no part is negative. */
  private static final long OFFSETS = 0x8000_8000_8000L;

  /** The bits of 2^52: with a smaller integer in their lower bits, their sum as a double. */
  private static final long EXPONENT = 0x433L << 52;

  private static final double BASE = 0x1p52 + SIZE * 0x8000;

  private final int entries;
  private final long tables;
  private final long sums;

  /**
   * Sums with a filter, for input rows of up to {@code width} positions.
   *
   * @param codes of the first operand
   * @param address of {@link #bytes} bytes
   */
  LookupTriples(int codes, long address) {
    entries = codes + 1;
    tables = address;
    sums = address + (long) SIZE * entries * ENTRY;
  }

  /** Bytes of working memory. */
  static long bytes(int codes, int width) {
    return (SIZE * (codes + 1L) + width) * ENTRY;
  }

  /** Whether three of a lookup's products fit a part of a long. */
  static boolean fit(ProductRows lookup) {
    return lookup.kind() == ProductRows.Kind.SHORT;
  }

  /**
   * Builds a filter's tables.
   *
   * @param rows where entry 0, the zero before a row of products, lies for each term
   */
  void build(long[] rows, int term) {
    for (int ky = 0; ky < SIZE; ky++) {
      long a = rows[term + ky * SIZE];
      long b = rows[term + ky * SIZE + 1];
      long c = rows[term + ky * SIZE + 2];
      long to = tables + (long) ky * entries * ENTRY;
      for (long i = 0; i < entries; i++) {
        long at = i * Short.BYTES;
        long high = ((long) getShort(c + at) << BITS) + getShort(b + at);
        setLong(to + i * ENTRY, (high << BITS) + getShort(a + at));
      }
    }
  }

  /**
   * Computes the outputs of a row.
   *
   * @param codes address of the entries of the first input row; others follow at {@code nextLine}
   * @param next input positions from one filter column to the next
   * @param step input positions from one output to the next
   */
  void run(long codes, long nextLine, int next, int step, double[] to) {
    addRows(codes, nextLine, (to.length - 1) * step + (SIZE - 1) * next + 1);
    int i = step == 1 ? addParts(next, to) : 0;
    for (; i < to.length; i++) {
      long at = sums + (long) i * step * ENTRY;
      long first = LookupVectors.getLong(at) & MASK;
      long second = LookupVectors.getLong(at + (long) next * ENTRY) >>> BITS & MASK;
      long third = LookupVectors.getLong(at + 2L * next * ENTRY) >>> (2 * BITS);
      to[i] = first + second + third - SIZE * 0x8000;
    }
  }

  private void addRows(long codes, long nextLine, int width) {
    long first = tables & ADDRESS;
    long second = tables + (long) entries * ENTRY & ADDRESS;
    long third = tables + 2L * entries * ENTRY & ADDRESS;
    long x = codes & ADDRESS;
    long y = codes + nextLine & ADDRESS;
    long z = codes + 2 * nextLine & ADDRESS;
    long to = sums & ADDRESS;
    for (int i = 0; i < width; i++) {
      long at = (long) i * Short.BYTES;
      long sum = OFFSETS + ALL.get(LookupVectors.QUAD, first + entry(x + at));
      sum += ALL.get(LookupVectors.QUAD, second + entry(y + at));
      sum += ALL.get(LookupVectors.QUAD, third + entry(z + at));
      ALL.set(LookupVectors.QUAD, to + (long) i * ENTRY, sum);
    }
  }

  private static long entry(long address) {
    return ALL.get(LookupVectors.CODE, address);
  }

  /** The outputs that fill whole vectors; returns their number. */
  private int addParts(int next, double[] to) {
    int whole = DOUBLES.loopBound(to.length);
    for (int i = 0; i < whole; i += DOUBLES.length()) {
      long at = sums + (long) i * ENTRY & ADDRESS;
      long second = at + (long) next * ENTRY & ADDRESS;
      long third = at + 2L * next * ENTRY & ADDRESS;
      LongVector a = LongVector.fromMemorySegment(LONGS, ALL, at, ORDER).and(MASK);
      LongVector b = LongVector.fromMemorySegment(LONGS, ALL, second, ORDER);
      LongVector c = LongVector.fromMemorySegment(LONGS, ALL, third, ORDER);
      LongVector sum = a.add(b.lanewise(LSHR, BITS).and(MASK)).add(c.lanewise(LSHR, 2 * BITS));
      DoubleVector value = sum.or(EXPONENT).reinterpretAsDoubles();
      value.sub(BASE).intoArray(to, i);
    }
    return whole;
  }
}
