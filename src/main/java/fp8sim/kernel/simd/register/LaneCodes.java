package fp8sim.kernel.simd.register;

import static fp8sim.kernel.simd.register.ByteLookups.BYTES;
import static fp8sim.kernel.simd.register.ByteLookups.LANES;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Turns encoded operands into lanes. For each term {@link ByteLookups#LANES} bytes lie together:
 * the classes of the lanes, a negative one's top bit set; where lanes have signs, behind them for
 * each width of digits the masks that complement the digits of negative lanes. Behind the last term
 * lies, for each lane, how many of its classes are negative, as integers in the order of {@link
 * RegisterSums}.
 */
@InPhase(Phase.PACKING)
final class LaneCodes {
  /** Bytes behind the last term. */
  static final int TAIL_BYTES = LANES * Integer.BYTES;

  /** Terms whose negative classes bytes can count. */
  private static final int COUNTED = 128;

  /** Selects every second byte of two vectors. */
  private static final ByteVector EVEN = ByteVector.zero(BYTES).addIndex(1).lanewise(LSHL, 1);

  private final LaneClasses classes;
  private final int[] masks;
  private final ByteVector map0;
  private final ByteVector map1;
  private final ByteVector map2;
  private final ByteVector map3;

  LaneCodes(DigitTables tables) {
    classes = tables.classes();
    masks = classes.signed() ? tables.digits().masks() : new int[0];
    // The low byte of code + 1 selects.
    byte[] map = new byte[LaneClasses.MOST];
    for (int code = 0; code < map.length; code++) {
      map[code + 1 & 0xFF] = classes.of()[code];
    }
    map0 = ByteVector.fromArray(BYTES, map, 0);
    map1 = ByteVector.fromArray(BYTES, map, LANES);
    map2 = ByteVector.fromArray(BYTES, map, 2 * LANES);
    map3 = ByteVector.fromArray(BYTES, map, 3 * LANES);
  }

  /** Bytes from a term to the next. */
  int step() {
    return LANES * (1 + masks.length);
  }

  /** Where the masks for a digit lie behind a term's classes. */
  int mask(int mask) {
    int index = 0;
    while (masks[index] != mask) {
      index++;
    }
    return LANES * (1 + index);
  }

  /** Bytes of a vector of lanes. */
  long bytes(int terms) {
    return (long) terms * step() + TAIL_BYTES;
  }

  /** Whether lanes have signs. */
  boolean signed() {
    return classes.signed();
  }

  /** The class of padding. */
  byte nothing() {
    return (byte) classes.nothing();
  }

  /**
   * Maps 16-bit entries, codes plus one, to classes.
   *
   * @param vectors how many times {@link ByteLookups#LANES} there are
   * @param step distance from a vector's classes to the next one's
   */
  void map(long from, int vectors, long to, long step) {
    ByteVector a = map0;
    ByteVector b = map1;
    ByteVector c = map2;
    ByteVector d = map3;
    for (int i = 0; i < vectors; i++) {
      long at = from + 2L * i * LANES & ADDRESS;
      ByteVector low = ByteVector.fromMemorySegment(BYTES, ALL, at, ORDER);
      ByteVector high = ByteVector.fromMemorySegment(BYTES, ALL, at + LANES, ORDER);
      ByteVector code = EVEN.selectFrom(low, high);
      ByteVector mapped = code.selectFrom(a, b).blend(code.selectFrom(c, d), code.lt((byte) 0));
      mapped.intoMemorySegment(ALL, to + i * step & ADDRESS, ORDER);
    }
  }

  /**
   * Fills in the masks and counts of a vector of lanes whose classes are there.
   *
   * @return whether any class is negative
   */
  boolean sign(long lanes, int terms) {
    long counts = lanes + (long) terms * step();
    LookupVectors.clear(counts, TAIL_BYTES);
    if (!classes.signed()) {
      return false;
    }
    boolean any = false;
    for (int k = 0; k < terms; k += COUNTED) {
      any |= sign(lanes + (long) k * step(), Math.min(COUNTED, terms - k), counts);
    }
    return any;
  }

  private boolean sign(long lanes, int terms, long counts) {
    ByteVector negative = ByteVector.zero(BYTES);
    int step = step();
    int width = masks.length;
    byte first = (byte) masks[0];
    byte second = (byte) masks[width - 1];
    for (int k = 0; k < terms; k++) {
      long at = lanes + (long) k * step & ADDRESS;
      VectorMask<Byte> sign = ByteVector.fromMemorySegment(BYTES, ALL, at, ORDER).lt((byte) 0);
      negative = negative.add((byte) 1, sign);
      ByteVector.zero(BYTES).blend(first, sign).intoMemorySegment(ALL, at + LANES, ORDER);
      if (width == 2) {
        ByteVector mask = ByteVector.zero(BYTES).blend(second, sign);
        mask.intoMemorySegment(ALL, at + 2 * LANES, ORDER);
      }
    }
    IntVector four = negative.reinterpretAsInts();
    count(four.and(0xFF), counts);
    count(four.lanewise(LSHR, 8).and(0xFF), counts + LANES);
    count(four.lanewise(LSHR, 16).and(0xFF), counts + 2 * LANES);
    count(four.lanewise(LSHR, 24), counts + 3 * LANES);
    return negative.eq((byte) 0).not().anyTrue();
  }

  private static void count(IntVector more, long to) {
    long at = to & ADDRESS;
    IntVector sum = IntVector.fromMemorySegment(IntVector.SPECIES_512, ALL, at, ORDER);
    sum.add(more).intoMemorySegment(ALL, at, ORDER);
  }
}
