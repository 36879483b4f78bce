package fp8sim.kernel.simd.vector;

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
public final class Memory {
  /**
   * The machine's vectors, or those of as many bits as the system property {@code
   * fp8sim.vector-bits} says: tests run every width on one machine.
   */
  public static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(
              Integer.getInteger(
                  "fp8sim.vector-bits", FloatVector.SPECIES_PREFERRED.vectorBitSize())));

  public static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  public static final int LANES = SPECIES.length();

  /** Bytes of one vector. */
  public static final int VECTOR = LANES * Float.BYTES;

  @SuppressWarnings("restricted") // kernels address all memory
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** User-space addresses are shorter on every 64-bit platform. */
  public static final long ADDRESS = (1L << 56) - 1;

  public static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);

  private Memory() {}

  public static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address & ADDRESS, ORDER);
  }

  public static void store(long address, FloatVector vector) {
    vector.intoMemorySegment(ALL, address & ADDRESS, ORDER);
  }

  public static float get(long address) {
    return ALL.get(FLOAT, address & ADDRESS);
  }

  public static void set(long address, float value) {
    ALL.set(FLOAT, address & ADDRESS, value);
  }

  public static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }
}
