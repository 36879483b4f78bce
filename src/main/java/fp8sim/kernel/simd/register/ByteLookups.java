package fp8sim.kernel.simd.register;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.INT;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link RegisterSums}: {@link #ROWS} rows by {@link #LANES} lanes. For each
 * term, a row's offset says where the registers with the digits lie that lanes choose from by their
 * classes. Digits of a group of terms are added as bytes; then all bytes, as 16-bit numbers, are
 * added to one vector of sums, and the odd bytes alone to the other.
 *
 * <p>{@code lanes} is the address of the classes of the first term's lanes, {@code step} the
 * distance to the next term's, {@code sign} where the masks lie behind them that complement the
 * digits of negative lanes; {@code offsets} is the address of the first row's first offset of 32
 * bits, {@code rowBytes} the distance to the next row's, {@code length} and {@code group} how many
 * bytes of offsets there are in all and in a group.
 *
 * <p>More vector operations in one method exceed the compiler's limit of nodes, and vectors become
 * objects.
 */
@InPhase(Phase.PRODUCTS)
final class ByteLookups {
  /** Lanes of a vector of bytes. */
  static final int LANES = 64;

  /** Rows that are summed together: 8 vectors of sums stay in registers. */
  static final int ROWS = 4;

  /** Bytes of a row's sums: of all bytes, and of the odd ones. */
  static final int SUM_BYTES = 2 * LANES;

  static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_512;
  static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;

  private static final long OFFSET = Integer.MAX_VALUE;

  private ByteLookups() {}


  /** Up to 64 classes. */
  static void one(
      long lanes,
      int step,
      long digits,
      long offsets,
      int rowBytes,
      int length,
      int group,
      long sums) {
    long x = lanes & ADDRESS;
    long t = digits & ADDRESS;
    long w0 = offsets & ADDRESS;
    long w1 = offsets + rowBytes & ADDRESS;
    long w2 = offsets + 2L * rowBytes & ADDRESS;
    long w3 = offsets + 3L * rowBytes & ADDRESS;
    long s = sums & ADDRESS;
    ShortVector p0 = ShortVector.fromMemorySegment(SHORTS, ALL, s, ORDER);
    ShortVector q0 = ShortVector.fromMemorySegment(SHORTS, ALL, s + LANES, ORDER);
    ShortVector p1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES, ORDER);
    ShortVector q1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES + LANES, ORDER);
    ShortVector p2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES, ORDER);
    ShortVector q2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    ShortVector p3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES, ORDER);
    ShortVector q3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES + LANES, ORDER);
    long k = 0;
    while (k != length) {
      long stop = k + group & OFFSET;
      ByteVector c = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
      long c0 = t + (ALL.get(INT, w0 + k) & OFFSET);
      long c1 = t + (ALL.get(INT, w1 + k) & OFFSET);
      long c2 = t + (ALL.get(INT, w2 + k) & OFFSET);
      long c3 = t + (ALL.get(INT, w3 + k) & OFFSET);
      ByteVector y0 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c0, ORDER));
      ByteVector y1 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c1, ORDER));
      ByteVector y2 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c2, ORDER));
      ByteVector y3 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c3, ORDER));
      x = x + step & ADDRESS;
      k = k + Integer.BYTES & OFFSET;
      while (k != stop) {
        ByteVector d = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
        long d0 = t + (ALL.get(INT, w0 + k) & OFFSET);
        long d1 = t + (ALL.get(INT, w1 + k) & OFFSET);
        long d2 = t + (ALL.get(INT, w2 + k) & OFFSET);
        long d3 = t + (ALL.get(INT, w3 + k) & OFFSET);
        y0 = y0.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d0, ORDER)));
        y1 = y1.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d1, ORDER)));
        y2 = y2.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d2, ORDER)));
        y3 = y3.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d3, ORDER)));
        x = x + step & ADDRESS;
        k = k + Integer.BYTES & OFFSET;
      }
      p0 = p0.add(y0.reinterpretAsShorts());
      q0 = q0.add(y0.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p1 = p1.add(y1.reinterpretAsShorts());
      q1 = q1.add(y1.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p2 = p2.add(y2.reinterpretAsShorts());
      q2 = q2.add(y2.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p3 = p3.add(y3.reinterpretAsShorts());
      q3 = q3.add(y3.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
    }
    p0.intoMemorySegment(ALL, s, ORDER);
    q0.intoMemorySegment(ALL, s + LANES, ORDER);
    p1.intoMemorySegment(ALL, s + SUM_BYTES, ORDER);
    q1.intoMemorySegment(ALL, s + SUM_BYTES + LANES, ORDER);
    p2.intoMemorySegment(ALL, s + 2 * SUM_BYTES, ORDER);
    q2.intoMemorySegment(ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    p3.intoMemorySegment(ALL, s + 3 * SUM_BYTES, ORDER);
    q3.intoMemorySegment(ALL, s + 3 * SUM_BYTES + LANES, ORDER);
  }

  /** Up to 64 classes, and a sign. */
  static void oneSigned(
      long lanes,
      int step,
      int sign,
      long digits,
      long offsets,
      int rowBytes,
      int length,
      int group,
      long sums) {
    long x = lanes & ADDRESS;
    long mask = sign & OFFSET;
    long t = digits & ADDRESS;
    long w0 = offsets & ADDRESS;
    long w1 = offsets + rowBytes & ADDRESS;
    long w2 = offsets + 2L * rowBytes & ADDRESS;
    long w3 = offsets + 3L * rowBytes & ADDRESS;
    long s = sums & ADDRESS;
    ShortVector p0 = ShortVector.fromMemorySegment(SHORTS, ALL, s, ORDER);
    ShortVector q0 = ShortVector.fromMemorySegment(SHORTS, ALL, s + LANES, ORDER);
    ShortVector p1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES, ORDER);
    ShortVector q1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES + LANES, ORDER);
    ShortVector p2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES, ORDER);
    ShortVector q2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    ShortVector p3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES, ORDER);
    ShortVector q3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES + LANES, ORDER);
    long k = 0;
    while (k != length) {
      long stop = k + group & OFFSET;
      ByteVector c = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
      ByteVector mc = ByteVector.fromMemorySegment(BYTES, ALL, x + mask, ORDER);
      long c0 = t + (ALL.get(INT, w0 + k) & OFFSET);
      long c1 = t + (ALL.get(INT, w1 + k) & OFFSET);
      long c2 = t + (ALL.get(INT, w2 + k) & OFFSET);
      long c3 = t + (ALL.get(INT, w3 + k) & OFFSET);
      ByteVector y0 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c0, ORDER)).lanewise(XOR, mc);
      ByteVector y1 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c1, ORDER)).lanewise(XOR, mc);
      ByteVector y2 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c2, ORDER)).lanewise(XOR, mc);
      ByteVector y3 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c3, ORDER)).lanewise(XOR, mc);
      x = x + step & ADDRESS;
      k = k + Integer.BYTES & OFFSET;
      while (k != stop) {
        ByteVector d = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
        ByteVector md = ByteVector.fromMemorySegment(BYTES, ALL, x + mask, ORDER);
        long d0 = t + (ALL.get(INT, w0 + k) & OFFSET);
        long d1 = t + (ALL.get(INT, w1 + k) & OFFSET);
        long d2 = t + (ALL.get(INT, w2 + k) & OFFSET);
        long d3 = t + (ALL.get(INT, w3 + k) & OFFSET);
        y0 = y0.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d0, ORDER)).lanewise(XOR, md));
        y1 = y1.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d1, ORDER)).lanewise(XOR, md));
        y2 = y2.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d2, ORDER)).lanewise(XOR, md));
        y3 = y3.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d3, ORDER)).lanewise(XOR, md));
        x = x + step & ADDRESS;
        k = k + Integer.BYTES & OFFSET;
      }
      p0 = p0.add(y0.reinterpretAsShorts());
      q0 = q0.add(y0.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p1 = p1.add(y1.reinterpretAsShorts());
      q1 = q1.add(y1.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p2 = p2.add(y2.reinterpretAsShorts());
      q2 = q2.add(y2.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p3 = p3.add(y3.reinterpretAsShorts());
      q3 = q3.add(y3.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
    }
    p0.intoMemorySegment(ALL, s, ORDER);
    q0.intoMemorySegment(ALL, s + LANES, ORDER);
    p1.intoMemorySegment(ALL, s + SUM_BYTES, ORDER);
    q1.intoMemorySegment(ALL, s + SUM_BYTES + LANES, ORDER);
    p2.intoMemorySegment(ALL, s + 2 * SUM_BYTES, ORDER);
    q2.intoMemorySegment(ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    p3.intoMemorySegment(ALL, s + 3 * SUM_BYTES, ORDER);
    q3.intoMemorySegment(ALL, s + 3 * SUM_BYTES + LANES, ORDER);
  }

  /** Up to 128 classes. */
  static void two(
      long lanes,
      int step,
      long digits,
      long offsets,
      int rowBytes,
      int length,
      int group,
      long sums) {
    long x = lanes & ADDRESS;
    long t = digits & ADDRESS;
    long w0 = offsets & ADDRESS;
    long w1 = offsets + rowBytes & ADDRESS;
    long w2 = offsets + 2L * rowBytes & ADDRESS;
    long w3 = offsets + 3L * rowBytes & ADDRESS;
    long s = sums & ADDRESS;
    ShortVector p0 = ShortVector.fromMemorySegment(SHORTS, ALL, s, ORDER);
    ShortVector q0 = ShortVector.fromMemorySegment(SHORTS, ALL, s + LANES, ORDER);
    ShortVector p1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES, ORDER);
    ShortVector q1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES + LANES, ORDER);
    ShortVector p2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES, ORDER);
    ShortVector q2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    ShortVector p3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES, ORDER);
    ShortVector q3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES + LANES, ORDER);
    long k = 0;
    while (k != length) {
      long stop = k + group & OFFSET;
      ByteVector c = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
      long c0 = t + (ALL.get(INT, w0 + k) & OFFSET);
      long c1 = t + (ALL.get(INT, w1 + k) & OFFSET);
      long c2 = t + (ALL.get(INT, w2 + k) & OFFSET);
      long c3 = t + (ALL.get(INT, w3 + k) & OFFSET);
      ByteVector y0 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c0, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c0 + LANES, ORDER));
      ByteVector y1 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c1, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c1 + LANES, ORDER));
      ByteVector y2 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c2, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c2 + LANES, ORDER));
      ByteVector y3 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c3, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c3 + LANES, ORDER));
      x = x + step & ADDRESS;
      k = k + Integer.BYTES & OFFSET;
      while (k != stop) {
        ByteVector d = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
        long d0 = t + (ALL.get(INT, w0 + k) & OFFSET);
        long d1 = t + (ALL.get(INT, w1 + k) & OFFSET);
        long d2 = t + (ALL.get(INT, w2 + k) & OFFSET);
        long d3 = t + (ALL.get(INT, w3 + k) & OFFSET);
        y0 = y0.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d0, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d0 + LANES, ORDER)));
        y1 = y1.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d1, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d1 + LANES, ORDER)));
        y2 = y2.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d2, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d2 + LANES, ORDER)));
        y3 = y3.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d3, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d3 + LANES, ORDER)));
        x = x + step & ADDRESS;
        k = k + Integer.BYTES & OFFSET;
      }
      p0 = p0.add(y0.reinterpretAsShorts());
      q0 = q0.add(y0.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p1 = p1.add(y1.reinterpretAsShorts());
      q1 = q1.add(y1.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p2 = p2.add(y2.reinterpretAsShorts());
      q2 = q2.add(y2.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p3 = p3.add(y3.reinterpretAsShorts());
      q3 = q3.add(y3.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
    }
    p0.intoMemorySegment(ALL, s, ORDER);
    q0.intoMemorySegment(ALL, s + LANES, ORDER);
    p1.intoMemorySegment(ALL, s + SUM_BYTES, ORDER);
    q1.intoMemorySegment(ALL, s + SUM_BYTES + LANES, ORDER);
    p2.intoMemorySegment(ALL, s + 2 * SUM_BYTES, ORDER);
    q2.intoMemorySegment(ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    p3.intoMemorySegment(ALL, s + 3 * SUM_BYTES, ORDER);
    q3.intoMemorySegment(ALL, s + 3 * SUM_BYTES + LANES, ORDER);
  }

  /** Up to 128 classes, and a sign. */
  static void twoSigned(
      long lanes,
      int step,
      int sign,
      long digits,
      long offsets,
      int rowBytes,
      int length,
      int group,
      long sums) {
    long x = lanes & ADDRESS;
    long mask = sign & OFFSET;
    long t = digits & ADDRESS;
    long w0 = offsets & ADDRESS;
    long w1 = offsets + rowBytes & ADDRESS;
    long w2 = offsets + 2L * rowBytes & ADDRESS;
    long w3 = offsets + 3L * rowBytes & ADDRESS;
    long s = sums & ADDRESS;
    ShortVector p0 = ShortVector.fromMemorySegment(SHORTS, ALL, s, ORDER);
    ShortVector q0 = ShortVector.fromMemorySegment(SHORTS, ALL, s + LANES, ORDER);
    ShortVector p1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES, ORDER);
    ShortVector q1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES + LANES, ORDER);
    ShortVector p2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES, ORDER);
    ShortVector q2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    ShortVector p3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES, ORDER);
    ShortVector q3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES + LANES, ORDER);
    long k = 0;
    while (k != length) {
      long stop = k + group & OFFSET;
      ByteVector c = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
      ByteVector mc = ByteVector.fromMemorySegment(BYTES, ALL, x + mask, ORDER);
      long c0 = t + (ALL.get(INT, w0 + k) & OFFSET);
      long c1 = t + (ALL.get(INT, w1 + k) & OFFSET);
      long c2 = t + (ALL.get(INT, w2 + k) & OFFSET);
      long c3 = t + (ALL.get(INT, w3 + k) & OFFSET);
      ByteVector y0 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c0, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c0 + LANES, ORDER)).lanewise(XOR, mc);
      ByteVector y1 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c1, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c1 + LANES, ORDER)).lanewise(XOR, mc);
      ByteVector y2 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c2, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c2 + LANES, ORDER)).lanewise(XOR, mc);
      ByteVector y3 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c3, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c3 + LANES, ORDER)).lanewise(XOR, mc);
      x = x + step & ADDRESS;
      k = k + Integer.BYTES & OFFSET;
      while (k != stop) {
        ByteVector d = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
        ByteVector md = ByteVector.fromMemorySegment(BYTES, ALL, x + mask, ORDER);
        long d0 = t + (ALL.get(INT, w0 + k) & OFFSET);
        long d1 = t + (ALL.get(INT, w1 + k) & OFFSET);
        long d2 = t + (ALL.get(INT, w2 + k) & OFFSET);
        long d3 = t + (ALL.get(INT, w3 + k) & OFFSET);
        y0 = y0.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d0, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d0 + LANES, ORDER)).lanewise(XOR, md));
        y1 = y1.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d1, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d1 + LANES, ORDER)).lanewise(XOR, md));
        y2 = y2.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d2, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d2 + LANES, ORDER)).lanewise(XOR, md));
        y3 = y3.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d3, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d3 + LANES, ORDER)).lanewise(XOR, md));
        x = x + step & ADDRESS;
        k = k + Integer.BYTES & OFFSET;
      }
      p0 = p0.add(y0.reinterpretAsShorts());
      q0 = q0.add(y0.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p1 = p1.add(y1.reinterpretAsShorts());
      q1 = q1.add(y1.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p2 = p2.add(y2.reinterpretAsShorts());
      q2 = q2.add(y2.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p3 = p3.add(y3.reinterpretAsShorts());
      q3 = q3.add(y3.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
    }
    p0.intoMemorySegment(ALL, s, ORDER);
    q0.intoMemorySegment(ALL, s + LANES, ORDER);
    p1.intoMemorySegment(ALL, s + SUM_BYTES, ORDER);
    q1.intoMemorySegment(ALL, s + SUM_BYTES + LANES, ORDER);
    p2.intoMemorySegment(ALL, s + 2 * SUM_BYTES, ORDER);
    q2.intoMemorySegment(ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    p3.intoMemorySegment(ALL, s + 3 * SUM_BYTES, ORDER);
    q3.intoMemorySegment(ALL, s + 3 * SUM_BYTES + LANES, ORDER);
  }

  /** Up to 256 classes. */
  static void four(
      long lanes,
      int step,
      long digits,
      long offsets,
      int rowBytes,
      int length,
      int group,
      long sums) {
    long x = lanes & ADDRESS;
    long t = digits & ADDRESS;
    long w0 = offsets & ADDRESS;
    long w1 = offsets + rowBytes & ADDRESS;
    long w2 = offsets + 2L * rowBytes & ADDRESS;
    long w3 = offsets + 3L * rowBytes & ADDRESS;
    long s = sums & ADDRESS;
    ShortVector p0 = ShortVector.fromMemorySegment(SHORTS, ALL, s, ORDER);
    ShortVector q0 = ShortVector.fromMemorySegment(SHORTS, ALL, s + LANES, ORDER);
    ShortVector p1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES, ORDER);
    ShortVector q1 = ShortVector.fromMemorySegment(SHORTS, ALL, s + SUM_BYTES + LANES, ORDER);
    ShortVector p2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES, ORDER);
    ShortVector q2 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    ShortVector p3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES, ORDER);
    ShortVector q3 = ShortVector.fromMemorySegment(SHORTS, ALL, s + 3 * SUM_BYTES + LANES, ORDER);
    long k = 0;
    while (k != length) {
      long stop = k + group & OFFSET;
      ByteVector c = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
      VectorMask<Byte> mc = c.lt((byte) 0);
      long c0 = t + (ALL.get(INT, w0 + k) & OFFSET);
      long c1 = t + (ALL.get(INT, w1 + k) & OFFSET);
      long c2 = t + (ALL.get(INT, w2 + k) & OFFSET);
      long c3 = t + (ALL.get(INT, w3 + k) & OFFSET);
      ByteVector y0 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c0, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c0 + LANES, ORDER)).blend(c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c0 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c0 + 3 * LANES, ORDER)), mc);
      ByteVector y1 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c1, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c1 + LANES, ORDER)).blend(c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c1 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c1 + 3 * LANES, ORDER)), mc);
      ByteVector y2 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c2, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c2 + LANES, ORDER)).blend(c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c2 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c2 + 3 * LANES, ORDER)), mc);
      ByteVector y3 = c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c3, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c3 + LANES, ORDER)).blend(c.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, c3 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, c3 + 3 * LANES, ORDER)), mc);
      x = x + step & ADDRESS;
      k = k + Integer.BYTES & OFFSET;
      while (k != stop) {
        ByteVector d = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
        VectorMask<Byte> md = d.lt((byte) 0);
        long d0 = t + (ALL.get(INT, w0 + k) & OFFSET);
        long d1 = t + (ALL.get(INT, w1 + k) & OFFSET);
        long d2 = t + (ALL.get(INT, w2 + k) & OFFSET);
        long d3 = t + (ALL.get(INT, w3 + k) & OFFSET);
        y0 = y0.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d0, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d0 + LANES, ORDER)).blend(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d0 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d0 + 3 * LANES, ORDER)), md));
        y1 = y1.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d1, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d1 + LANES, ORDER)).blend(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d1 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d1 + 3 * LANES, ORDER)), md));
        y2 = y2.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d2, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d2 + LANES, ORDER)).blend(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d2 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d2 + 3 * LANES, ORDER)), md));
        y3 = y3.add(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d3, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d3 + LANES, ORDER)).blend(d.selectFrom(ByteVector.fromMemorySegment(BYTES, ALL, d3 + 2 * LANES, ORDER), ByteVector.fromMemorySegment(BYTES, ALL, d3 + 3 * LANES, ORDER)), md));
        x = x + step & ADDRESS;
        k = k + Integer.BYTES & OFFSET;
      }
      p0 = p0.add(y0.reinterpretAsShorts());
      q0 = q0.add(y0.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p1 = p1.add(y1.reinterpretAsShorts());
      q1 = q1.add(y1.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p2 = p2.add(y2.reinterpretAsShorts());
      q2 = q2.add(y2.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
      p3 = p3.add(y3.reinterpretAsShorts());
      q3 = q3.add(y3.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE));
    }
    p0.intoMemorySegment(ALL, s, ORDER);
    q0.intoMemorySegment(ALL, s + LANES, ORDER);
    p1.intoMemorySegment(ALL, s + SUM_BYTES, ORDER);
    q1.intoMemorySegment(ALL, s + SUM_BYTES + LANES, ORDER);
    p2.intoMemorySegment(ALL, s + 2 * SUM_BYTES, ORDER);
    q2.intoMemorySegment(ALL, s + 2 * SUM_BYTES + LANES, ORDER);
    p3.intoMemorySegment(ALL, s + 3 * SUM_BYTES, ORDER);
    q3.intoMemorySegment(ALL, s + 3 * SUM_BYTES + LANES, ORDER);
  }
}
