package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.VECTOR;
import static jdk.incubator.vector.VectorOperators.D2F;

import fp8sim.kernel.simd.vector.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * How sums are kept, and what an addition does to them. What {@code a} to {@code d} mean depends on
 * the kind.
 *
 * @param chunk terms that are added before a sum goes to a float32 sum; 0 if all are
 * @param start bits of an empty sum
 */
record SumRule(Kind kind, int chunk, long start, long a, long b, long c, long d) {
  /** Kinds of sums. Those of wide kinds are doubles, half a vector of products each. */
  enum Kind {
    /** Float32 additions. */
    PLAIN,

    /**
     * The lowest {@code a} bits of a float32 sum are rounded by integer arithmetic, whose carry
     * makes infinity of what is too large: {@code b} is half a step less one, {@code c} the mask of
     * what is kept. The sum is scaled so that both formats end at the same exponent; {@code d} are
     * the bits of the scale's inverse.
     */
    CARRY,

    /**
     * As {@link #ROUND} where sums have no bits below the format's lowest; {@code d} is {@code c}
     * with a sign.
     */
    COARSE,

    /**
     * Rounded by adding and subtracting a number with the same last bit as the format, whose
     * exponent is the sum's plus {@code a}'s, but at least {@code b}; at most {@code c}.
     */
    ROUND,

    /** As {@link #ROUND}, but what is more than {@code c} becomes {@code d}. */
    OVERFLOW,

    /**
     * Fixed point between {@code a} and {@code b}. The sum is kept with a number added whose last
     * bit is the format's, so that additions round.
     */
    FIXED,

    /** Fixed point of {@code 32 - a} bits that wraps; {@code b} is the empty sum. */
    WRAP,
    PLAIN_WIDE,
    OVERFLOW_WIDE,
    FIXED_WIDE,
    /** As {@link #WRAP} with {@code 64 - a} bits. */
    WRAP_WIDE;

    boolean isWide() {
      return switch (this) {
        case PLAIN_WIDE, OVERFLOW_WIDE, FIXED_WIDE, WRAP_WIDE -> true;
        default -> false;
      };
    }
  }

  /** A rule without constants. */
  static SumRule plain(Kind kind) {
    return new SumRule(kind, 0, 0, 0, 0, 0, 0);
  }

  /** Whether sums are as {@link #toFloats} writes them. */
  boolean areFloats() {
    return switch (kind) {
      case PLAIN, COARSE, ROUND, OVERFLOW -> true;
      case CARRY, FIXED, WRAP, PLAIN_WIDE, OVERFLOW_WIDE, FIXED_WIDE, WRAP_WIDE -> false;
    };
  }

  /** Vectors of sums for a vector of products. */
  int vectors() {
    return kind.isWide() ? 2 : 1;
  }

  /** Makes vectors of sums empty. */
  void clear(long sums, long vectors) {
    if (kind.isWide()) {
      DoubleVector empty =
          DoubleVector.broadcast(SequentialVectors.DOUBLES, Double.longBitsToDouble(start));
      for (long i = 0; i < vectors; i++) {
        empty.intoMemorySegment(Memory.ALL, sums + i * VECTOR & Memory.ADDRESS, Memory.ORDER);
      }
      return;
    }
    FloatVector empty = FloatVector.broadcast(Memory.SPECIES, Float.intBitsToFloat((int) start));
    for (long i = 0; i < vectors; i++) {
      Memory.store(sums + i * VECTOR, empty);
    }
  }

  /**
   * Writes a vector of sums as float32.
   *
   * @param sums address of its sums, of the first half if there are two
   * @param second from the first half to the second, in bytes
   */
  void toFloats(long sums, long second, long to) {
    switch (kind) {
      case PLAIN, COARSE, ROUND, OVERFLOW -> Memory.store(to, Memory.load(sums));
      case CARRY -> Memory.store(to, Memory.load(sums).mul(Float.intBitsToFloat((int) d)));
      case FIXED, WRAP ->
          Memory.store(to, Memory.load(sums).sub(Float.intBitsToFloat((int) start)));
      case PLAIN_WIDE, OVERFLOW_WIDE, FIXED_WIDE, WRAP_WIDE -> {
        narrow(sums, to);
        narrow(sums + second, to + VECTOR / 2);
      }
    }
  }

  /** Adds a vector of sums to float32 sums, as {@link #toFloats} would write it. */
  void addTo(long sums, long second, long to) {
    FloatVector before = Memory.load(to);
    toFloats(sums, second, to);
    Memory.store(to, before.add(Memory.load(to)));
  }

  private void narrow(long sums, long to) {
    SequentialVectors.doubles(sums)
        .sub(Double.longBitsToDouble(start))
        .convertShape(D2F, SequentialVectors.HALF_FLOATS, 0)
        .intoMemorySegment(Memory.ALL, to & Memory.ADDRESS, Memory.ORDER);
  }
}
