package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.ORDER;

import fp8sim.kernel.simd.vector.Memory;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Vectors as wide as {@link Memory#SPECIES}, of other elements. */
final class SequentialVectors {
  private static final VectorShape SHAPE = Memory.SPECIES.vectorShape();

  static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);
  static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);

  /** As many floats as {@link #DOUBLES} has lanes. */
  static final VectorSpecies<Float> HALF_FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** An entry: a code plus one, or 0 for padding. */
  static final ValueLayout.OfChar CODE = ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ORDER);

  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  /** Bits of an index in bytes: the compiler then knows that it is not negative. */
  static final long INDEX = Integer.MAX_VALUE;

  private SequentialVectors() {}

  static DoubleVector doubles(long address) {
    return DoubleVector.fromMemorySegment(DOUBLES, Memory.ALL, address & Memory.ADDRESS, ORDER);
  }

  static double getDouble(long address) {
    return Memory.ALL.get(DOUBLE, address & Memory.ADDRESS);
  }

  static int entry(long address) {
    return Memory.ALL.get(CODE, address & Memory.ADDRESS);
  }

  static void setEntry(long address, int entry) {
    Memory.ALL.set(CODE, address & Memory.ADDRESS, (char) entry);
  }
}
