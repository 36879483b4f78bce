package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.LookupVectors.BYTES;
import static fp8sim.kernel.simd.LookupVectors.INTS;
import static fp8sim.kernel.simd.LookupVectors.LONGS;
import static fp8sim.kernel.simd.LookupVectors.getInt;
import static fp8sim.kernel.simd.LookupVectors.getShort;
import static fp8sim.kernel.simd.LookupVectors.setInt;
import static fp8sim.kernel.simd.LookupVectors.setShort;
import static fp8sim.kernel.simd.Memory.ADDRESS;
import static fp8sim.kernel.simd.Memory.ALL;
import static fp8sim.kernel.simd.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Turns rows, one for each lane of a vector, into vectors, one for each column. With 256 bits four
 * rows at a time are interleaved to groups of four elements, then groups of four by four.
 *
 * <p>Methods that pass vectors to each other would stop being inlined, and box them, where a caller
 * grows large; so none does.
 */
final class Transposition {
  /** Bytes of the working memory that {@link #shorts} and {@link #ints} want. */
  static final int WORK = 16 * BYTES;

  private static final boolean FOUR_BY_FOUR = LONGS.length() == 4;
  private static final int SHORT_COLUMNS = 16;
  private static final int INT_COLUMNS = 8;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final VectorShuffle<Long> EVEN = shuffle(0, 0, 2, 2);
  private static final VectorShuffle<Long> ODD = shuffle(1, 1, 3, 3);
  private static final VectorShuffle<Long> FIRST = shuffle(0, 1, 0, 1);
  private static final VectorShuffle<Long> SECOND = shuffle(2, 3, 2, 3);
  private static final VectorMask<Long> ODD_LANES =
      VectorMask.fromLong(LONGS, FOUR_BY_FOUR ? 0b1010 : 0);
  private static final VectorMask<Long> SECOND_LANES =
      VectorMask.fromLong(LONGS, FOUR_BY_FOUR ? 0b1100 : 0);

  private Transposition() {}

  private static VectorShuffle<Long> shuffle(int... lanes) {
    return VectorShuffle.fromOp(LONGS, i -> FOUR_BY_FOUR ? lanes[i] : i);
  }

  /**
   * 16-bit elements.
   *
   * @param rows addresses of the rows, one for each lane
   * @param columns elements of a row, a multiple of 16
   * @param to address of the first of as many vectors
   * @param work address of {@link #WORK} bytes
   */
  static void shorts(long[] rows, int columns, long to, long work) {
    if (!FOUR_BY_FOUR) {
      for (int lane = 0; lane < rows.length; lane++) {
        for (int c = 0; c < columns; c++) {
          setShort(to + (long) c * BYTES + 2L * lane, getShort(rows[lane] + 2L * c));
        }
      }
      return;
    }
    long out = to;
    for (long at = 0; at < 2L * columns; at += 2 * SHORT_COLUMNS) {
      for (int g = 0; g < 4; g++) {
        interleaveShorts(rows, 4 * g, at, work + (long) g * BYTES);
      }
      for (int j = 0; j < 4; j++) {
        fourByFour(work + 4L * j * BYTES, out + (long) j * BYTES, 4L * BYTES);
      }
      out += (long) SHORT_COLUMNS * BYTES;
    }
  }

  /** As {@link #shorts} for 32-bit elements; columns are a multiple of 8. */
  static void ints(long[] rows, int columns, long to, long work) {
    if (!FOUR_BY_FOUR) {
      for (int lane = 0; lane < rows.length; lane++) {
        for (int c = 0; c < columns; c++) {
          setInt(to + (long) c * BYTES + 4L * lane, getInt(rows[lane] + 4L * c));
        }
      }
      return;
    }
    long out = to;
    for (long at = 0; at < 4L * columns; at += 4 * INT_COLUMNS) {
      for (int g = 0; g < 4; g++) {
        interleaveInts(rows[2 * g] + at, rows[2 * g + 1] + at, work + (long) g * BYTES);
      }
      for (int j = 0; j < 2; j++) {
        fourByFour(work + 4L * j * BYTES, out + (long) j * BYTES, 2L * BYTES);
      }
      out += (long) INT_COLUMNS * BYTES;
    }
  }

  /** Of four rows of 16: groups of columns 4i + j go to vector j, in order of i. */
  private static void interleaveShorts(long[] rows, int row, long at, long to) {
    IntVector a = IntVector.fromMemorySegment(INTS, ALL, rows[row] + at & ADDRESS, ORDER);
    IntVector b = IntVector.fromMemorySegment(INTS, ALL, rows[row + 1] + at & ADDRESS, ORDER);
    IntVector c = IntVector.fromMemorySegment(INTS, ALL, rows[row + 2] + at & ADDRESS, ORDER);
    IntVector d = IntVector.fromMemorySegment(INTS, ALL, rows[row + 3] + at & ADDRESS, ORDER);
    LongVector evenAb = a.and(0xFFFF).or(b.lanewise(LSHL, 16)).reinterpretAsLongs();
    LongVector oddAb = a.lanewise(LSHR, 16).or(b.and(0xFFFF0000)).reinterpretAsLongs();
    LongVector evenCd = c.and(0xFFFF).or(d.lanewise(LSHL, 16)).reinterpretAsLongs();
    LongVector oddCd = c.lanewise(LSHR, 16).or(d.and(0xFFFF0000)).reinterpretAsLongs();
    long out = to & ADDRESS;
    evenAb.and(LOW).or(evenCd.lanewise(LSHL, 32)).intoMemorySegment(ALL, out, ORDER);
    oddAb.and(LOW).or(oddCd.lanewise(LSHL, 32)).intoMemorySegment(ALL, out + 4L * BYTES, ORDER);
    LongVector third = evenAb.lanewise(LSHR, 32).or(evenCd.and(~LOW));
    third.intoMemorySegment(ALL, out + 8L * BYTES, ORDER);
    LongVector fourth = oddAb.lanewise(LSHR, 32).or(oddCd.and(~LOW));
    fourth.intoMemorySegment(ALL, out + 12L * BYTES, ORDER);
  }

  /** Of two rows of 8: groups of columns 2i + j go to vector j, in order of i. */
  private static void interleaveInts(long row, long next, long to) {
    LongVector a = LongVector.fromMemorySegment(LONGS, ALL, row & ADDRESS, ORDER);
    LongVector b = LongVector.fromMemorySegment(LONGS, ALL, next & ADDRESS, ORDER);
    long out = to & ADDRESS;
    a.and(LOW).or(b.lanewise(LSHL, 32)).intoMemorySegment(ALL, out, ORDER);
    LongVector second = a.lanewise(LSHR, 32).or(b.and(~LOW));
    second.intoMemorySegment(ALL, out + 4L * BYTES, ORDER);
  }

  /** Four vectors of four groups: group i of vector j becomes group j of vector i. */
  private static void fourByFour(long from, long to, long stride) {
    long in = from & ADDRESS;
    LongVector a = LongVector.fromMemorySegment(LONGS, ALL, in, ORDER);
    LongVector b = LongVector.fromMemorySegment(LONGS, ALL, in + BYTES, ORDER);
    LongVector c = LongVector.fromMemorySegment(LONGS, ALL, in + 2L * BYTES, ORDER);
    LongVector d = LongVector.fromMemorySegment(LONGS, ALL, in + 3L * BYTES, ORDER);
    LongVector evenAb = a.blend(b.rearrange(EVEN), ODD_LANES);
    LongVector oddAb = a.rearrange(ODD).blend(b, ODD_LANES);
    LongVector evenCd = c.blend(d.rearrange(EVEN), ODD_LANES);
    LongVector oddCd = c.rearrange(ODD).blend(d, ODD_LANES);
    LongVector first = evenAb.blend(evenCd.rearrange(FIRST), SECOND_LANES);
    LongVector second = oddAb.blend(oddCd.rearrange(FIRST), SECOND_LANES);
    LongVector third = evenAb.rearrange(SECOND).blend(evenCd, SECOND_LANES);
    LongVector fourth = oddAb.rearrange(SECOND).blend(oddCd, SECOND_LANES);
    first.intoMemorySegment(ALL, to & ADDRESS, ORDER);
    second.intoMemorySegment(ALL, to + stride & ADDRESS, ORDER);
    third.intoMemorySegment(ALL, to + 2 * stride & ADDRESS, ORDER);
    fourth.intoMemorySegment(ALL, to + 3 * stride & ADDRESS, ORDER);
  }
}
