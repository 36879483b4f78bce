package fp8sim.kernel.simd.register;

import static fp8sim.kernel.simd.register.ByteLookups.LANES;
import static fp8sim.kernel.simd.register.ByteLookups.ROWS;
import static fp8sim.kernel.simd.register.ByteLookups.SHORTS;
import static fp8sim.kernel.simd.register.ByteLookups.SUM_BYTES;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sums of a block of rows for one vector of lanes. Each digit is summed by itself: as bytes, as
 * 16-bit numbers for a block of terms, then, times what the digit counts for, as integers of 32
 * bits. These wrap around where the whole sum fits 31 bits; else low and high digits have sums of
 * their own.
 *
 * <p>Integers lie in the order in which bytes become wider: of each four lanes the first ones, then
 * the second ones, and so on.
 */
@InPhase(Phase.PRODUCTS)
final class RegisterSums {
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;

  /** Terms whose lanes stay in the first-level cache while all rows of a block pass. */
  private static final int RANGE = 128;

  /**
   * At first: until loops are compiled, a vector is an object, and whole ranges would take seconds;
   * loops are compiled after so many calls, however short.
   */
  private static final int FIRST_RANGE = 8;

  private static final int FIRST_CALLS = 3000;

  /** How often each loop was called, by registers and signs. */
  private static final AtomicIntegerArray CALLS = new AtomicIntegerArray(10);

  /** Most rows of a block. */
  static final int BLOCK = 64;

  private static final int LOW = 0xFFFF;

  /** Bits that sums of low digits may count for. */
  private static final int LOW_BITS = 16;

  private final DigitTables tables;
  private final Digits digits;
  private final LaneCodes codes;
  private final int registers;
  private final int terms;

  /** How many low digits there are; all if one sum holds everything. */
  private final int lowDigits;

  /**
   * Sums of so many terms.
   *
   * @param terms with those that fill the last four
   */
  RegisterSums(DigitTables tables, LaneCodes codes, int terms) {
    this.tables = tables;
    this.codes = codes;
    this.terms = terms;
    digits = tables.digits();
    registers = tables.classes().registers();
    lowDigits = lowDigits(tables.products().bits(), digits, terms);
  }

  /** Whether sums are exact. */
  static boolean fits(int bits, Digits digits, int terms) {
    int low = lowDigits(bits, digits, terms);
    int lowBits = digits.shift(low);
    int most = Math.max(lowBits, digits.bits() - lowBits);
    return low == digits.count() || (long) terms << most <= Integer.MAX_VALUE;
  }

  private static int lowDigits(int bits, Digits digits, int terms) {
    if ((long) terms << (bits - 1) <= Integer.MAX_VALUE) {
      return digits.count();
    }
    int low = 0;
    while (low < digits.count() && digits.shift(low + 1) <= LOW_BITS) {
      low++;
    }
    return low;
  }

  /** Bytes of working memory for {@link #BLOCK} rows. */
  long bytes() {
    return (long) BLOCK * (digits.count() * SUM_BYTES + sets() * setBytes());
  }

  private int sets() {
    return lowDigits < digits.count() ? 2 : 1;
  }

  private static int setBytes() {
    return LANES * Integer.BYTES;
  }

  /** Where the integers of a row of the block lie in working memory. */
  long ints(long work, int row) {
    return work + (long) BLOCK * digits.count() * SUM_BYTES + (long) row * sets() * setBytes();
  }

  /** Whether sums are those of low digits, with those of high digits behind them. */
  boolean isWide() {
    return sets() == 2;
  }

  /** How many bits the sums of high digits are to be shifted. */
  int highShift() {
    return digits.shift(lowDigits);
  }

  /** What was added to the sum of all terms' products. */
  double added() {
    return Math.scalb((double) terms, digits.bits() - 1);
  }

  /**
   * Sums for some rows.
   *
   * @param lanes a vector of lanes as {@link LaneCodes} has it
   * @param signed whether any lane is negative
   * @param offsets of the rows' registers, 32 bits for each term
   * @param rows at most {@link #BLOCK}, whole groups of {@link ByteLookups#ROWS}
   */
  void run(long lanes, boolean signed, long offsets, int rows, long work) {
    LookupVectors.clear(ints(work, 0), (long) rows * sets() * setBytes());
    int block = digits.block();
    int range = range(signed, rows / ROWS * digits.count() * Math.ceilDiv(terms, FIRST_RANGE));
    for (int k = 0; k < terms; k += block) {
      int end = Math.min(terms, k + block);
      LookupVectors.clear(work, (long) rows * digits.count() * SUM_BYTES);
      for (int from = k; from < end; from += range) {
        int count = Math.min(range, end - from);
        long x = lanes + (long) from * codes.step();
        add(x, signed, offsets + (long) from * Integer.BYTES, count, rows, work);
      }
      for (int row = 0; row < rows; row += ROWS) {
        widen(row, work);
      }
    }
  }

  private int range(boolean signed, int calls) {
    int loop = registers * 2 + (signed ? 1 : 0);
    if (CALLS.get(loop) > FIRST_CALLS) {
      return RANGE;
    }
    CALLS.addAndGet(loop, calls);
    return FIRST_RANGE;
  }

  private void add(long x, boolean signed, long offsets, int count, int rows, long work) {
    int rowBytes = terms * Integer.BYTES;
    int length = count * Integer.BYTES;
    int step = codes.step();
    for (int d = 0; d < digits.count(); d++) {
      int group = digits.terms(d) * Integer.BYTES;
      long table = tables.digit(d);
      int sign = signed ? codes.mask(digits.mask(d)) : 0;
      for (int row = 0; row < rows; row += ROWS) {
        long w = offsets + (long) row * rowBytes;
        long to = sums(work, row, d);
        if (registers == 4) {
          ByteLookups.four(x, step, table, w, rowBytes, length, group, to);
          long half = w + ROWS / 2L * rowBytes;
          long sums = to + ROWS / 2L * SUM_BYTES;
          ByteLookups.four(x, step, table, half, rowBytes, length, group, sums);
        } else if (registers == 2) {
          if (signed) {
            ByteLookups.twoSigned(x, step, sign, table, w, rowBytes, length, group, to);
          } else {
            ByteLookups.two(x, step, table, w, rowBytes, length, group, to);
          }
        } else if (signed) {
          ByteLookups.oneSigned(x, step, sign, table, w, rowBytes, length, group, to);
        } else {
          ByteLookups.one(x, step, table, w, rowBytes, length, group, to);
        }
      }
    }
  }

  private long sums(long work, int row, int digit) {
    return work + ((long) row * digits.count() + (long) digit * ROWS) * SUM_BYTES;
  }

  private void widen(int firstRow, long work) {
    for (int d = 0; d < digits.count(); d++) {
      int set = d < lowDigits ? 0 : 1;
      int shift = digits.shift(d) - (set == 0 ? 0 : highShift());
      for (int r = 0; r < ROWS; r++) {
        long to = ints(work, firstRow + r) + (long) set * setBytes();
        widen(sums(work, firstRow, d) + (long) r * SUM_BYTES, shift, to);
      }
    }
  }

  private static void widen(long from, int shift, long to) {
    long at = from & ADDRESS;
    ShortVector all = ShortVector.fromMemorySegment(SHORTS, ALL, at, ORDER);
    ShortVector odd = ShortVector.fromMemorySegment(SHORTS, ALL, at + LANES, ORDER);
    IntVector even = all.sub(odd.lanewise(LSHL, Byte.SIZE)).reinterpretAsInts();
    IntVector odds = odd.reinterpretAsInts();
    add(even.and(LOW), shift, to);
    add(odds.and(LOW), shift, to + LANES);
    add(even.lanewise(LSHR, Short.SIZE), shift, to + 2 * LANES);
    add(odds.lanewise(LSHR, Short.SIZE), shift, to + 3 * LANES);
  }

  private static void add(IntVector more, int shift, long to) {
    long at = to & ADDRESS;
    IntVector sum = IntVector.fromMemorySegment(INTS, ALL, at, ORDER);
    sum.add(more.lanewise(LSHL, shift)).intoMemorySegment(ALL, at, ORDER);
  }
}
