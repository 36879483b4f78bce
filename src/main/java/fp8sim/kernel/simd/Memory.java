package fp8sim.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Off-heap memory by address. One segment that spans all of it has a constant size and a constant
 * lifetime, and an address cut to 56 bits is provably inside it: the compiler then drops the checks
 * that would cost the inner loops a third of their speed. Callers keep the memory alive and their
 * addresses right.
 */
final class Memory {
  /**
   * The machine's vectors, or those of as many bits as the system property {@code
   * fp8sim.vector-bits} says: tests run every width on one machine.
   */
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(
              Integer.getInteger(
                  "fp8sim.vector-bits", FloatVector.SPECIES_PREFERRED.vectorBitSize())));

  static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  static final int LANES = SPECIES.length();

  /** Bytes of one vector. */
  static final int VECTOR = LANES * Float.BYTES;

  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** User-space addresses are shorter on every 64-bit platform. */
  static final long ADDRESS = (1L << 56) - 1;

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);

  private Memory() {}

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address & ADDRESS, ORDER);
  }

  static void store(long address, FloatVector vector) {
    vector.intoMemorySegment(ALL, address & ADDRESS, ORDER);
  }

  static float get(long address) {
    return ALL.get(FLOAT, address & ADDRESS);
  }

  static void set(long address, float value) {
    ALL.set(FLOAT, address & ADDRESS, value);
  }

  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }
}
