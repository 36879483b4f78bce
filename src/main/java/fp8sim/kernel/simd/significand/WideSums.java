package fp8sim.kernel.simd.significand;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.I2D;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Sums that wait as doubles, each in the bits of two elements of an array of floats. */
@InPhase(Phase.PRODUCTS)
final class WideSums {
  /** Bits of integers that a double holds. */
  static final int BITS = 53;

  private static final VectorSpecies<Double> DOUBLES = SPECIES.withLanes(double.class);

  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private WideSums() {}

  /** Adds integers, which are the bits of {@code integers}, to as many sums. */
  static void add(float[] integers, int count, float[] from, int fromAt, float[] to, int toAt) {
    for (int i = 0; i < count; i += LANES / 2) {
      FloatVector bits = FloatVector.fromArray(HALF, integers, i);
      DoubleVector terms = (DoubleVector) bits.reinterpretAsInts().convertShape(I2D, DOUBLES, 0);
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
}
