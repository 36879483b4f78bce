package fp8sim.kernel.simd.significand;

import static fp8sim.kernel.simd.vector.LookupVectors.HALF_SHORTS;
import static fp8sim.kernel.simd.vector.LookupVectors.INTS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.plan.ProductOperand;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Turns values of an operand into the entries of 32 bits that stand for their codes. */
@InPhase(Phase.QUANTIZATION)
final class EntryEncoder {
  /** Values that are encoded at a time, so that codes stay in the first-level cache. */
  private static final int BLOCK = 2048;

  private static final int MAGNITUDE = Integer.MAX_VALUE;
  private static final int INFINITY = 0x7F800000;

  private final CodeEncoder encoder;

  /** The entry of each code, behind that of padding; null if entries are multiples of these. */
  private final int[] entries;

  private final boolean multiples;

  /** Whether entries are the values themselves. */
  private final boolean identity;

  /**
   * An encoder.
   *
   * @param entries of each code
   */
  EntryEncoder(ProductOperand operand, int[] entries) {
    int factor = Math.max(1, entries[0]);
    multiples = areMultiples(entries, factor);
    identity = areValues(operand, entries);
    encoder = new CodeEncoder(operand, multiples ? factor : 1);
    this.entries = new int[entries.length + 1];
    System.arraycopy(entries, 0, this.entries, 1, entries.length);
  }

  /** Whether the encoder of codes makes these entries by itself. */
  private static boolean areMultiples(int[] entries, int factor) {
    boolean result =
        Integer.bitCount(factor) == 1 && (long) factor * entries.length <= Character.MAX_VALUE;
    for (int code = 0; code < entries.length && result; code++) {
      result = entries[code] == factor * (code + 1);
    }
    return result;
  }

  private static boolean areValues(ProductOperand operand, int[] entries) {
    boolean result = operand.scale() == 1 && operand.zeroPoint() == 0;
    for (int code = 0; code < entries.length && result; code++) {
      result = Float.intBitsToFloat(entries[code]) == operand.grid().value(code);
    }
    return result;
  }

  /** Whether values are their own entries, so that {@link #areFinite} is all there is to do. */
  boolean isIdentity() {
    return identity;
  }

  /** Whether {@code count} floats at an address are finite. */
  static boolean areFinite(long from, int count) {
    IntVector largest = IntVector.zero(INTS);
    int whole = count / INTS.length() * INTS.length();
    for (int i = 0; i < whole; i += INTS.length()) {
      largest = largest.max(LookupVectors.ints(from + (long) i * Float.BYTES).and(MAGNITUDE));
    }
    int most = largest.reduceLanes(MAX);
    for (int i = whole; i < count; i++) {
      most = Math.max(most, LookupVectors.getInt(from + (long) i * Float.BYTES) & MAGNITUDE);
    }
    return most < INFINITY;
  }

  /**
   * Encodes {@code count} floats from one address to another.
   *
   * @return whether every value is finite; if not, entries are missing
   */
  boolean encode(long from, long count, long to) {
    long work = Scratch.current().panel((long) BLOCK * Short.BYTES);
    for (long done = 0; done < count; done += BLOCK) {
      int block = (int) Math.min(BLOCK, count - done);
      if (!encoder.encode(from + done * Float.BYTES, block, work)) {
        return false;
      }
      if (multiples) {
        widen(work, block, to + done * Integer.BYTES);
      } else {
        translate(work, block, to + done * Integer.BYTES);
      }
    }
    return true;
  }

  private static void widen(long from, int count, long to) {
    int whole = count / INTS.length() * INTS.length();
    for (int i = 0; i < whole; i += INTS.length()) {
      long at = from + (long) i * Short.BYTES & ADDRESS;
      ShortVector.fromMemorySegment(HALF_SHORTS, ALL, at, ORDER)
          .convertShape(ZERO_EXTEND_S2I, INTS, 0)
          .reinterpretAsInts()
          .intoMemorySegment(ALL, to + (long) i * Integer.BYTES & ADDRESS, ORDER);
    }
    for (int i = whole; i < count; i++) {
      int entry = LookupVectors.getShort(from + (long) i * Short.BYTES) & Character.MAX_VALUE;
      LookupVectors.setInt(to + (long) i * Integer.BYTES, entry);
    }
  }

  private void translate(long from, int count, long to) {
    int[] entryOf = entries;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      long codes = LookupVectors.getLong(from + (long) i * Short.BYTES);
      long first = entryOf[(int) codes & Character.MAX_VALUE] & 0xFFFF_FFFFL;
      long second = entryOf[(int) (codes >>> 16) & Character.MAX_VALUE];
      long third = entryOf[(int) (codes >>> 32) & Character.MAX_VALUE] & 0xFFFF_FFFFL;
      long fourth = entryOf[(int) (codes >>> 48)];
      LookupVectors.setLong(to + (long) i * Integer.BYTES, first | second << 32);
      LookupVectors.setLong(to + (long) (i + 2) * Integer.BYTES, third | fourth << 32);
    }
    for (; i < count; i++) {
      int code = LookupVectors.getShort(from + (long) i * Short.BYTES) & Character.MAX_VALUE;
      LookupVectors.setInt(to + (long) i * Integer.BYTES, entryOf[code]);
    }
  }
}
