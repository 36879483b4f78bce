package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of codes and of rows of products: of at most 256 bits, whatever the machine has. */
public final class LookupVectors {
  static final VectorShape SHAPE =
      Memory.SPECIES.vectorBitSize() > VectorShape.S_256_BIT.vectorBitSize()
          ? VectorShape.S_256_BIT
          : Memory.SPECIES.vectorShape();

  public static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
  public static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  public static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);
  public static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  public static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);

  /** As many floats as {@link #DOUBLES} has lanes. */
  public static final VectorSpecies<Float> HALF_FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** As many shorts as {@link #INTS} has lanes. */
  public static final VectorSpecies<Short> HALF_SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** As many ints as {@link #DOUBLES} has lanes. */
  public static final VectorSpecies<Integer> HALF_INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** Bytes of one vector. */
  public static final int BYTES = SHAPE.vectorBitSize() / Byte.SIZE;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);

  /** An entry of the first operand. */
  public static final ValueLayout.OfChar CODE = ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ORDER);

  /** Four entries of the first operand. */
  public static final ValueLayout.OfLong QUAD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);

  private LookupVectors() {}

  public static ShortVector shorts(long address) {
    return ShortVector.fromMemorySegment(SHORTS, ALL, address & ADDRESS, ORDER);
  }

  public static IntVector ints(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address & ADDRESS, ORDER);
  }

  static LongVector longs(long address) {
    return LongVector.fromMemorySegment(LONGS, ALL, address & ADDRESS, ORDER);
  }

  public static FloatVector floats(long address) {
    return FloatVector.fromMemorySegment(FLOATS, ALL, address & ADDRESS, ORDER);
  }

  static DoubleVector doubles(long address) {
    return DoubleVector.fromMemorySegment(DOUBLES, ALL, address & ADDRESS, ORDER);
  }

  public static int getShort(long address) {
    return ALL.get(SHORT, address & ADDRESS);
  }

  public static void setShort(long address, int value) {
    ALL.set(SHORT, address & ADDRESS, (short) value);
  }

  /** An entry of the first operand. */
  public static int getCode(long address) {
    return ALL.get(CODE, address & ADDRESS);
  }

  public static int getInt(long address) {
    return ALL.get(INT, address & ADDRESS);
  }

  public static void setInt(long address, int value) {
    ALL.set(INT, address & ADDRESS, value);
  }

  public static long getLong(long address) {
    return ALL.get(QUAD, address & ADDRESS);
  }

  public static void setLong(long address, long value) {
    ALL.set(QUAD, address & ADDRESS, value);
  }

  public static void clear(long address, long bytes) {
    ALL.asSlice(address, bytes).fill((byte) 0);
  }
}
