package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops over groups: a group is some vectors whose numbers share a scale lane by lane. It is a
 * block that lies along vectors, or as many blocks as a vector has lanes.
 *
 * <p>Group {@code g} has its vectors {@code v} at {@code from + g * apart + v * stride}, and its
 * scales in the vector {@code g} behind an address. As in {@link RowRounding}, which see, the JVM's
 * options keep these loops out of their callers.
 */
@InPhase(Phase.QUANTIZATION)
final class BlockRounding {
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int SIGN = 0x80000000;
  private static final int EXPONENT = 0x7F800000;

  private BlockRounding() {}

  /**
   * Where groups lie.
   *
   * @param count of groups
   * @param apart bytes from group to group
   * @param vectors of a group
   * @param stride bytes from vector to vector
   */
  record Groups(int count, long apart, int vectors, long stride) {
    /** One of the groups, of which addresses then must begin. */
    Groups single() {
      return new Groups(1, apart, vectors, stride);
    }
  }

  /** How elements are rounded; see {@link RowRounding}. */
  record Elements(int topBits, int rounderFromExponent, int rounderBits, float zero) {}

  /** The largest magnitude of each lane of a group, as float32 bits. */
  static void maxima(Groups groups, long from, long to) {
    int vectors = groups.vectors();
    long stride = groups.stride();
    for (int g = 0; g < groups.count(); g++) {
      long at = from + g * groups.apart();
      IntVector largest = IntVector.zero(INTS);
      for (int v = 0; v < vectors; v++) {
        IntVector bits = Memory.load(at + v * stride).reinterpretAsInts();
        largest = bits.and(MAGNITUDE).max(largest);
      }
      Memory.store(to + (long) g * VECTOR, IntVector.zero(INTS).max(largest).reinterpretAsFloats());
    }
  }

  /** The largest magnitude of each group, one float32 number behind the other. */
  static void groupMaxima(Groups groups, long from, long to) {
    int vectors = groups.vectors();
    long stride = groups.stride();
    for (int g = 0; g < groups.count(); g++) {
      long at = from + g * groups.apart();
      IntVector largest = IntVector.zero(INTS);
      for (int v = 0; v < vectors; v++) {
        IntVector bits = Memory.load(at + v * stride).reinterpretAsInts();
        largest = bits.and(MAGNITUDE).max(largest);
      }
      int most = IntVector.zero(INTS).max(largest).reduceLanes(VectorOperators.MAX);
      Memory.set(to + (long) g * Float.BYTES, Float.intBitsToFloat(most));
    }
  }

  /** Makes a vector of each of {@code count} numbers. */
  static void broadcast(int count, long from, long to) {
    for (int i = 0; i < count; i++) {
      Memory.store(
          to + (long) i * VECTOR,
          FloatVector.broadcast(SPECIES, Memory.get(from + (long) i * Float.BYTES)));
    }
  }

  /**
   * Rounds numbers times a factor, and multiplies the results.
   *
   * @param multipliers vectors that lie {@code apart} bytes apart
   */
  static void byFactor(
      Groups groups, long from, long to, long factors, long multipliers, long apart, Elements e) {
    int vectors = groups.vectors();
    long stride = groups.stride();
    IntVector high = IntVector.broadcast(INTS, e.topBits());
    IntVector more = IntVector.broadcast(INTS, e.rounderFromExponent());
    IntVector least = IntVector.broadcast(INTS, e.rounderBits());
    FloatVector zero = FloatVector.broadcast(SPECIES, e.zero());
    for (int g = 0; g < groups.count(); g++) {
      FloatVector factor = Memory.load(factors + (long) g * VECTOR);
      FloatVector multiplier = Memory.load(multipliers + g * apart);
      long shift = g * groups.apart();
      for (int v = 0; v < vectors; v++) {
        long at = shift + v * stride;
        IntVector q = Memory.load(from + at).mul(factor).reinterpretAsInts();
        IntVector magnitude = q.and(MAGNITUDE).min(high);
        FloatVector rounder = magnitude.and(EXPONENT).add(more).max(least).reinterpretAsFloats();
        IntVector rounded =
            magnitude.reinterpretAsFloats().add(rounder).sub(rounder).reinterpretAsInts();
        FloatVector z = rounded.or(q.and(SIGN)).reinterpretAsFloats().add(zero);
        Memory.store(to + at, z.mul(multiplier));
      }
    }
  }

  /** As {@link #byFactor} with quotients by scales whose rounded inverses are factors. */
  static void byRemainder(
      Groups groups,
      long from,
      long to,
      long scales,
      long factors,
      long multipliers,
      long apart,
      Elements e) {
    int vectors = groups.vectors();
    long stride = groups.stride();
    IntVector high = IntVector.broadcast(INTS, e.topBits());
    IntVector more = IntVector.broadcast(INTS, e.rounderFromExponent());
    IntVector least = IntVector.broadcast(INTS, e.rounderBits());
    FloatVector zero = FloatVector.broadcast(SPECIES, e.zero());
    for (int g = 0; g < groups.count(); g++) {
      FloatVector factor = Memory.load(factors + (long) g * VECTOR);
      FloatVector divisor = Memory.load(scales + (long) g * VECTOR).neg();
      FloatVector multiplier = Memory.load(multipliers + g * apart);
      long shift = g * groups.apart();
      for (int v = 0; v < vectors; v++) {
        long at = shift + v * stride;
        FloatVector x = Memory.load(from + at);
        FloatVector near = x.mul(factor);
        IntVector q = near.fma(divisor, x).fma(factor, near).reinterpretAsInts();
        IntVector magnitude = q.and(MAGNITUDE).min(high);
        FloatVector rounder = magnitude.and(EXPONENT).add(more).max(least).reinterpretAsFloats();
        IntVector rounded =
            magnitude.reinterpretAsFloats().add(rounder).sub(rounder).reinterpretAsInts();
        FloatVector z = rounded.or(q.and(SIGN)).reinterpretAsFloats().add(zero);
        Memory.store(to + at, z.mul(multiplier));
      }
    }
  }

  /** As {@link #byFactor} with quotients by scales of any size. */
  static void byDivision(
      Groups groups, long from, long to, long scales, long multipliers, long apart, Elements e) {
    int vectors = groups.vectors();
    long stride = groups.stride();
    IntVector high = IntVector.broadcast(INTS, e.topBits());
    IntVector more = IntVector.broadcast(INTS, e.rounderFromExponent());
    IntVector least = IntVector.broadcast(INTS, e.rounderBits());
    FloatVector zero = FloatVector.broadcast(SPECIES, e.zero());
    for (int g = 0; g < groups.count(); g++) {
      FloatVector scale = Memory.load(scales + (long) g * VECTOR);
      FloatVector multiplier = Memory.load(multipliers + g * apart);
      long shift = g * groups.apart();
      for (int v = 0; v < vectors; v++) {
        long at = shift + v * stride;
        IntVector q = Memory.load(from + at).div(scale).reinterpretAsInts();
        IntVector magnitude = q.and(MAGNITUDE).min(high);
        FloatVector rounder = magnitude.and(EXPONENT).add(more).max(least).reinterpretAsFloats();
        IntVector rounded =
            magnitude.reinterpretAsFloats().add(rounder).sub(rounder).reinterpretAsInts();
        FloatVector z = rounded.or(q.and(SIGN)).reinterpretAsFloats().add(zero);
        Memory.store(to + at, z.mul(multiplier));
      }
    }
  }

  /** Stores the vector of scales of each group in the place of its numbers. */
  static void spread(Groups groups, long scales, long to) {
    for (int g = 0; g < groups.count(); g++) {
      FloatVector scale = Memory.load(scales + (long) g * VECTOR);
      for (int v = 0; v < groups.vectors(); v++) {
        Memory.store(to + g * groups.apart() + v * groups.stride(), scale);
      }
    }
  }

  /** The first group in which elements times scales are not the numbers; how many, if none. */
  static int firstMismatch(Groups groups, int first, long numbers, long elements, long scales) {
    for (int g = first; g < groups.count(); g++) {
      FloatVector scale = Memory.load(scales + (long) g * VECTOR);
      int wrong = 0;
      for (int v = 0; v < groups.vectors(); v++) {
        long at = g * groups.apart() + v * groups.stride();
        FloatVector product = Memory.load(elements + at).mul(scale);
        wrong += product.compare(VectorOperators.NE, Memory.load(numbers + at)).trueCount();
      }
      if (wrong > 0) {
        return g;
      }
    }
    return groups.count();
  }

  /** Whether a magnitude of some vectors is below {@code least} or not below {@code limit}. */
  static boolean isAnyOutside(int vectors, long magnitudes, int least, int limit) {
    int outside = 0;
    for (int v = 0; v < vectors; v++) {
      IntVector bits = Memory.load(magnitudes + (long) v * VECTOR).reinterpretAsInts();
      outside += bits.compare(VectorOperators.LT, least).trueCount();
      outside += bits.compare(VectorOperators.GE, limit).trueCount();
    }
    return outside > 0;
  }

  /**
   * Powers of two that are scales of blocks with given maxima, and their inverses; 2^-127 for
   * exponents that are too low.
   */
  static void powersOfTwo(int vectors, long maxima, int topExponent, long scales, long factors) {
    IntVector inverse = IntVector.broadcast(INTS, VectorBlocks.INVERSE);
    for (int v = 0; v < vectors; v++) {
      long shift = (long) v * VECTOR;
      IntVector field =
          Memory.load(maxima + shift)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHR, VectorBlocks.FRACTION_BITS)
              .sub(topExponent)
              .max(0)
              .min(VectorBlocks.INVERSE);
      IntVector scale =
          field
              .lanewise(VectorOperators.LSHL, VectorBlocks.FRACTION_BITS)
              .max(VectorBlocks.SMALLEST_SCALE);
      IntVector factor =
          inverse
              .sub(field)
              .lanewise(VectorOperators.LSHL, VectorBlocks.FRACTION_BITS)
              .max(VectorBlocks.SMALLEST_SCALE);
      Memory.store(scales + shift, scale.reinterpretAsFloats());
      Memory.store(factors + shift, factor.reinterpretAsFloats());
    }
  }

  /** Maxima divided by the largest element; see {@link fp8sim.format.BlockScale.Real}. */
  static void quotients(int vectors, long maxima, float top, long scales) {
    IntVector one = IntVector.broadcast(INTS, 1);
    for (int v = 0; v < vectors; v++) {
      long shift = (long) v * VECTOR;
      IntVector scale = Memory.load(maxima + shift).div(top).reinterpretAsInts().max(one);
      IntVector largest = scale.reinterpretAsFloats().mul(top).reinterpretAsInts();
      IntVector finite = scale.sub(one.blend(0, largest.compare(VectorOperators.LT, EXPONENT)));
      Memory.store(scales + shift, finite.reinterpretAsFloats());
    }
  }

  /** Inverses of some vectors of numbers, rounded. */
  static void inverses(int vectors, long scales, long factors) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int v = 0; v < vectors; v++) {
      long shift = (long) v * VECTOR;
      Memory.store(factors + shift, one.div(Memory.load(scales + shift)));
    }
  }

  /** How many vectors hold so many numbers. */
  static int vectors(int count) {
    return (count + LANES - 1) / LANES;
  }
}
