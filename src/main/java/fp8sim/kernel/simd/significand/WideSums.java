package fp8sim.kernel.simd.significand;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.I2D;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_I2L;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Sums that wait as doubles, each in the bits of two elements of an array of floats. */
@InPhase(Phase.PRODUCTS)
final class WideSums {
  static final VectorSpecies<Long> LONGS = SPECIES.withLanes(long.class);

  static final VectorSpecies<Double> DOUBLES = SPECIES.withLanes(double.class);

  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private WideSums() {}

  /**
   * Adds to as many sums.
   *
   * @param integer whether the bits of {@code terms} are integers
   */
  static void add(
      boolean integer, float[] terms, int count, float[] from, int fromAt, float[] to, int toAt) {
    if (integer) {
      addIntegers(terms, count, from, fromAt, to, toAt);
    } else {
      addFloats(terms, count, from, fromAt, to, toAt);
    }
  }

  private static void addIntegers(
      float[] integers, int count, float[] from, int fromAt, float[] to, int toAt) {
    for (int i = 0; i < count; i += LANES / 2) {
      FloatVector bits = FloatVector.fromArray(HALF, integers, i);
      DoubleVector terms = (DoubleVector) bits.reinterpretAsInts().convertShape(I2D, DOUBLES, 0);
      FloatVector waiting = FloatVector.fromArray(SPECIES, from, fromAt + 2 * i);
      waiting.reinterpretAsDoubles().add(terms).reinterpretAsFloats().intoArray(to, toAt + 2 * i);
    }
  }

  private static void addFloats(
      float[] floats, int count, float[] from, int fromAt, float[] to, int toAt) {
    for (int i = 0; i < count; i += LANES / 2) {
      FloatVector half = FloatVector.fromArray(HALF, floats, i);
      DoubleVector terms = (DoubleVector) half.convertShape(F2D, DOUBLES, 0);
      FloatVector waiting = FloatVector.fromArray(SPECIES, from, fromAt + 2 * i);
      waiting.reinterpretAsDoubles().add(terms).reinterpretAsFloats().intoArray(to, toAt + 2 * i);
    }
  }

  /** Rounds sums to floats, which take the first half of their place. */
  static void toFloats(float[] sums, int start, int count) {
    for (int i = 0; i < count; i += LANES / 2) {
      FloatVector waiting = FloatVector.fromArray(SPECIES, sums, start + 2 * i);
      ((FloatVector) waiting.reinterpretAsDoubles().convertShape(D2F, HALF, 0))
          .intoArray(sums, start + i);
    }
  }

  /**
   * As {@link #toFloats}, where the sums of a vector's even lanes come before those of odd ones.
   */
  static void interleaveToFloats(float[] sums, int start, int count) {
    for (int i = 0; i < count; i += LANES) {
      LongVector even = bits(sums, start + 2 * i);
      LongVector odd = bits(sums, start + 2 * i + LANES).lanewise(LSHL, Integer.SIZE);
      even.or(odd).reinterpretAsFloats().intoArray(sums, start + i);
    }
  }

  /** The bits of sums as floats, each in a long. */
  private static LongVector bits(float[] sums, int at) {
    DoubleVector waiting = FloatVector.fromArray(SPECIES, sums, at).reinterpretAsDoubles();
    FloatVector floats = (FloatVector) waiting.convertShape(D2F, HALF, 0);
    return (LongVector) floats.reinterpretAsInts().convertShape(ZERO_EXTEND_I2L, LONGS, 0);
  }
}
