package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Sums of products that are looked up 64 at a time: a code selects a byte of two registers. Digits
 * of three products add up to less than 256; then they are widened. All vectors have 512 bits.
 */
@InPhase(Phase.PRODUCTS)
final class DigitSums implements PlaneSums {
  /** Products whose digits add up to a byte. */
  private static final int GROUP = 3;

  /** Digits that are summed together. */
  private static final int PAIR = 2;

  private static final int BITS = 6;

  /** Positions of a vector of bytes. */
  private static final int BLOCK = 64;

  /** Bytes of the sums that a block's digits have in even and odd positions. */
  private static final long PARTIAL = 2L * PAIR * BLOCK;

  /** Bytes from those of the first digit to those of the second one. */
  private static final int SECOND = 2 * BLOCK;

  /** Bytes from the tables of a digit to those of the next one. */
  private static final int NEXT = TapDigits.CODES;

  private static final int INTS = 16;
  private static final ShortVector LOWER = order(0);
  private static final ShortVector UPPER = order(BLOCK / 4);

  private final PlaneLayout layout;
  private final int pairs;
  private final float[] units;
  private final int taps;

  /** Offsets of taps in the copy; those of a filter are filled up to whole groups. */
  private final int[] offsets;

  /** Addresses of tables for each channel's taps, likewise. */
  private final long[] rows;

  /** What every sum has too much. */
  private final int offset;

  /** Whether sums fit 16 bits. */
  private final boolean narrow;

  /**
   * Sums of looked up products.
   *
   * @param sumBits of the magnitude of a sum
   */
  DigitSums(PlaneLayout layout, TapProducts products, TapDigits tables, int sumBits) {
    this.layout = layout;
    pairs = tables.digits() / PAIR;
    narrow = isNarrow(tables.digits(), sumBits);
    int real = layout.offsets().length;
    taps = Math.ceilDiv(real, GROUP) * GROUP;
    offsets = Arrays.copyOf(layout.offsets(), taps);
    offset = tables.offset() * taps;
    int channels = products.rowOf().length / real;
    units = new float[channels];
    rows = new long[channels * taps];
    Arrays.fill(rows, tables.address(products.rows().size()));
    for (int channel = 0; channel < channels; channel++) {
      units[channel] = (float) products.unit(channel);
      for (int tap = 0; tap < real; tap++) {
        rows[channel * taps + tap] = tables.address(products.rowOf()[channel * real + tap]);
      }
    }
  }

  /** Whether sums are finished as 16-bit integers. */
  static boolean isNarrow(int digits, int sumBits) {
    return digits == PAIR && sumBits < Short.SIZE;
  }

  /** From two vectors of every second sum to the vector of all sums from a position on. */
  private static ShortVector order(int first) {
    short[] lanes = new short[ShortVector.SPECIES_512.length()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (short) (first + i / 2 + i % 2 * lanes.length);
    }
    return ShortVector.fromArray(ShortVector.SPECIES_512, lanes, 0);
  }

  @Override
  public RowCopy copy() {
    return RowCopy.BYTES;
  }

  @Override
  public int factor() {
    return 1;
  }

  @Override
  public long workBytes() {
    return PARTIAL + (pairs == 1 ? 0 : (layout.positions() + (long) BLOCK) * Integer.BYTES);
  }

  @Override
  public void prepare(int channel, long work) {}

  @Override
  public void run(long plane, int channel, long work, long sums) {
    boolean signed = hasUpperCodes(plane);
    for (int pair = 0; pair < pairs; pair++) {
      Pass pass = new Pass(plane, channel * taps, pair, work, work + PARTIAL, sums, units[channel]);
      if (signed) {
        addSigned(pass);
      } else {
        addUnsigned(pass);
      }
    }
  }

  private boolean hasUpperCodes(long plane) {
    ByteVector all = ByteVector.zero(ByteVector.SPECIES_512);
    for (int i = 0; i < layout.elements(); i += BLOCK) {
      all = all.or(bytes(plane + i));
    }
    return all.compare(LT, 0).anyTrue();
  }

  /**
   * A pair of digits of all products of a filter.
   *
   * @param first tap
   * @param partial sums of a block's digits
   * @param work sums of the pairs before
   * @param unit of integers
   */
  private record Pass(
      long plane, int first, int pair, long partial, long work, long sums, float unit) {}

  /** For codes that have no upper bit: two registers hold all that a table has for them. */
  private void addUnsigned(Pass pass) {
    long tableShift = (long) pass.pair() * PAIR * TapDigits.CODES;
    int positions = layout.positions();
    for (int i = 0; i < positions; i += BLOCK) {
      long plane = pass.plane() + i;
      ShortVector sum0 = ShortVector.zero(ShortVector.SPECIES_512);
      ShortVector sum1 = ShortVector.zero(ShortVector.SPECIES_512);
      ShortVector odd0 = ShortVector.zero(ShortVector.SPECIES_512);
      ShortVector odd1 = ShortVector.zero(ShortVector.SPECIES_512);
      for (int tap = 0; tap < taps; tap += GROUP) {
        int row = pass.first() + tap;
        ByteVector a = bytes(plane + offsets[tap]);
        ByteVector b = bytes(plane + offsets[tap + 1]);
        ByteVector c = bytes(plane + offsets[tap + 2]);
        long ta = rows[row] + tableShift;
        long tb = rows[row + 1] + tableShift;
        long tc = rows[row + 2] + tableShift;
        ShortVector y0 =
            a.selectFrom(bytes(ta), bytes(ta + BLOCK))
                .add(b.selectFrom(bytes(tb), bytes(tb + BLOCK)))
                .add(c.selectFrom(bytes(tc), bytes(tc + BLOCK)))
                .reinterpretAsShorts();
        ShortVector y1 =
            a.selectFrom(bytes(ta + NEXT), bytes(ta + NEXT + BLOCK))
                .add(b.selectFrom(bytes(tb + NEXT), bytes(tb + NEXT + BLOCK)))
                .add(c.selectFrom(bytes(tc + NEXT), bytes(tc + NEXT + BLOCK)))
                .reinterpretAsShorts();
        sum0 = y0.add(sum0);
        sum1 = y1.add(sum1);
        odd0 = y0.lanewise(LSHR, Byte.SIZE).add(odd0);
        odd1 = y1.lanewise(LSHR, Byte.SIZE).add(odd1);
      }
      // Vectors as arguments would be objects: there is too much here for finish to be inlined.
      store(ShortVector.zero(ShortVector.SPECIES_512).add(sum0), pass.partial());
      store(ShortVector.zero(ShortVector.SPECIES_512).add(odd0), pass.partial() + BLOCK);
      store(ShortVector.zero(ShortVector.SPECIES_512).add(sum1), pass.partial() + SECOND);
      store(ShortVector.zero(ShortVector.SPECIES_512).add(odd1), pass.partial() + SECOND + BLOCK);
      finish(pass, i);
    }
  }

  /** For all codes. */
  private void addSigned(Pass pass) {
    long tableShift = (long) pass.pair() * PAIR * TapDigits.CODES;
    int positions = layout.positions();
    for (int i = 0; i < positions; i += BLOCK) {
      long plane = pass.plane() + i;
      ShortVector sum0 = ShortVector.zero(ShortVector.SPECIES_512);
      ShortVector sum1 = ShortVector.zero(ShortVector.SPECIES_512);
      ShortVector odd0 = ShortVector.zero(ShortVector.SPECIES_512);
      ShortVector odd1 = ShortVector.zero(ShortVector.SPECIES_512);
      for (int tap = 0; tap < taps; tap += GROUP) {
        int row = pass.first() + tap;
        ByteVector a = bytes(plane + offsets[tap]);
        ByteVector b = bytes(plane + offsets[tap + 1]);
        ByteVector c = bytes(plane + offsets[tap + 2]);
        long ta = rows[row] + tableShift;
        long tb = rows[row + 1] + tableShift;
        long tc = rows[row + 2] + tableShift;
        ShortVector y0 = select(a, ta).add(select(b, tb)).add(select(c, tc)).reinterpretAsShorts();
        ShortVector y1 =
            select(a, ta + NEXT)
                .add(select(b, tb + NEXT))
                .add(select(c, tc + NEXT))
                .reinterpretAsShorts();
        sum0 = y0.add(sum0);
        sum1 = y1.add(sum1);
        odd0 = y0.lanewise(LSHR, Byte.SIZE).add(odd0);
        odd1 = y1.lanewise(LSHR, Byte.SIZE).add(odd1);
      }
      // Vectors as arguments would be objects: there is too much here for finish to be inlined.
      store(ShortVector.zero(ShortVector.SPECIES_512).add(sum0), pass.partial());
      store(ShortVector.zero(ShortVector.SPECIES_512).add(odd0), pass.partial() + BLOCK);
      store(ShortVector.zero(ShortVector.SPECIES_512).add(sum1), pass.partial() + SECOND);
      store(ShortVector.zero(ShortVector.SPECIES_512).add(odd1), pass.partial() + SECOND + BLOCK);
      finish(pass, i);
    }
  }

  /** Separates the sums of even and odd positions of a block, and stores or keeps them. */
  private void finish(Pass pass, int at) {
    long partial = pass.partial();
    ShortVector odd0 = shorts(partial + BLOCK);
    ShortVector odd1 = shorts(partial + SECOND + BLOCK);
    ShortVector even0 = shorts(partial).sub(odd0.lanewise(LSHL, Byte.SIZE));
    ShortVector even1 = shorts(partial + SECOND).sub(odd1.lanewise(LSHL, Byte.SIZE));
    if (narrow) {
      ShortVector even = even0.add(even1.lanewise(LSHL, BITS)).sub((short) offset);
      ShortVector odd = odd0.add(odd1.lanewise(LSHL, BITS)).sub((short) offset);
      store(LOWER.selectFrom(even, odd), partial);
      store(UPPER.selectFrom(even, odd), partial + BLOCK);
    } else {
      store(LOWER.selectFrom(even0, odd0), partial);
      store(UPPER.selectFrom(even0, odd0), partial + BLOCK);
      store(LOWER.selectFrom(even1, odd1), partial + SECOND);
      store(UPPER.selectFrom(even1, odd1), partial + SECOND + BLOCK);
    }
    for (int i = 0; i < BLOCK; i += INTS) {
      long from = partial + (long) i * Short.BYTES;
      long shift = (long) (at + i) * Integer.BYTES;
      if (narrow) {
        scale(from, pass.unit(), pass.sums() + shift);
      } else {
        store(pass, from, shift);
      }
    }
  }

  /** What codes select from the 256 bytes at an address. */
  private static ByteVector select(ByteVector codes, long table) {
    ByteVector low = codes.selectFrom(bytes(table), bytes(table + BLOCK));
    ByteVector high = codes.selectFrom(bytes(table + 2 * BLOCK), bytes(table + 3 * BLOCK));
    return low.blend(high, codes.compare(LT, 0));
  }

  /** Stores sums that fit 16 bits: what their digits overflow by is lost. */
  private static void scale(long from, float unit, long to) {
    IntVector sums = (IntVector) halfShorts(from).convertShape(S2I, IntVector.SPECIES_512, 0);
    FloatVector value = (FloatVector) sums.convertShape(I2F, FloatVector.SPECIES_512, 0);
    value.mul(unit).intoMemorySegment(ALL, to & ADDRESS, ORDER);
  }

  /** Adds a pair of digits to sums. */
  private void store(Pass pass, long digits, long shift) {
    IntVector second = ints(halfShorts(digits + SECOND)).lanewise(LSHL, BITS);
    IntVector both = ints(halfShorts(digits)).add(second);
    IntVector sum =
        pass.pair() == 0
            ? both.sub(offset)
            : ints(pass.work() + shift).add(both.lanewise(LSHL, PAIR * BITS));
    if (pass.pair() < pairs - 1) {
      sum.intoMemorySegment(ALL, pass.work() + shift & ADDRESS, ORDER);
    } else {
      FloatVector value = (FloatVector) sum.convertShape(I2F, FloatVector.SPECIES_512, 0);
      value.mul(pass.unit()).intoMemorySegment(ALL, pass.sums() + shift & ADDRESS, ORDER);
    }
  }

  private static IntVector ints(ShortVector shorts) {
    return (IntVector) shorts.convertShape(ZERO_EXTEND_S2I, IntVector.SPECIES_512, 0);
  }

  private static ShortVector halfShorts(long address) {
    return ShortVector.fromMemorySegment(ShortVector.SPECIES_256, ALL, address & ADDRESS, ORDER);
  }

  private static IntVector ints(long address) {
    return IntVector.fromMemorySegment(IntVector.SPECIES_512, ALL, address & ADDRESS, ORDER);
  }

  private static ShortVector shorts(long address) {
    return ShortVector.fromMemorySegment(ShortVector.SPECIES_512, ALL, address & ADDRESS, ORDER);
  }

  private static void store(ShortVector shorts, long address) {
    shorts.intoMemorySegment(ALL, address & ADDRESS, ORDER);
  }

  private static ByteVector bytes(long address) {
    return ByteVector.fromMemorySegment(ByteVector.SPECIES_512, ALL, address & ADDRESS, ORDER);
  }
}
