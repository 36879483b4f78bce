package fp8sim.bounded;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What {@link BoundedLoader} puts in the place of accesses to memory: the same, after a check that
 * an access by address lies inside memory whose address somebody asked for. Parameters are those of
 * the methods that are replaced, with the receiver first.
 */
public final class BoundedAccess {
  private static final LiveMemory LIVE = new LiveMemory();

  private BoundedAccess() {}

  /** New memory: what was there before is gone. */
  public static MemorySegment allocate(Arena arena, long bytes, long alignment) {
    MemorySegment segment = arena.allocate(bytes, alignment);
    LIVE.remove(segment.address(), bytes);
    return segment;
  }

  /** From here on accesses by address may reach this segment. */
  public static long address(MemorySegment segment) {
    long address = segment.address();
    if (segment.isNative() && !isAll(segment)) {
      LIVE.add(address, segment.byteSize());
    }
    return address;
  }

  /** Whether a segment stands for all memory. */
  private static boolean isAll(MemorySegment segment) {
    return segment.byteSize() == Long.MAX_VALUE;
  }

  private static void check(MemorySegment segment, long address, long bytes) {
    if (isAll(segment)) {
      LIVE.require(address, bytes);
    }
  }

  public static MemorySegment asSlice(MemorySegment segment, long offset, long bytes) {
    check(segment, offset, bytes);
    return segment.asSlice(offset, bytes);
  }

  public static MemorySegment fill(MemorySegment segment, byte value) {
    return segment.fill(value);
  }

  public static void copy(
      MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long bytes) {
    check(from, fromOffset, bytes);
    check(to, toOffset, bytes);
    MemorySegment.copy(from, fromOffset, to, toOffset, bytes);
  }

  public static void copy(
      Object from, int index, MemorySegment to, ValueLayout layout, long offset, int count) {
    check(to, offset, count * layout.byteSize());
    MemorySegment.copy(from, index, to, layout, offset, count);
  }

  public static void copy(
      MemorySegment from, ValueLayout layout, long offset, Object to, int index, int count) {
    check(from, offset, count * layout.byteSize());
    MemorySegment.copy(from, layout, offset, to, index, count);
  }

  public static float get(MemorySegment segment, ValueLayout.OfFloat layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(
      MemorySegment segment, ValueLayout.OfFloat layout, long offset, float value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static int get(MemorySegment segment, ValueLayout.OfInt layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(MemorySegment segment, ValueLayout.OfInt layout, long offset, int value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static long get(MemorySegment segment, ValueLayout.OfLong layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(
      MemorySegment segment, ValueLayout.OfLong layout, long offset, long value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static short get(MemorySegment segment, ValueLayout.OfShort layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(
      MemorySegment segment, ValueLayout.OfShort layout, long offset, short value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static void setAtIndex(
      MemorySegment segment, ValueLayout.OfFloat layout, long index, float value) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    segment.setAtIndex(layout, index, value);
  }

  public static float getAtIndex(MemorySegment segment, ValueLayout.OfFloat layout, long index) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    return segment.getAtIndex(layout, index);
  }

  public static void setAtIndex(
      MemorySegment segment, ValueLayout.OfInt layout, long index, int value) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    segment.setAtIndex(layout, index, value);
  }

  public static int getAtIndex(MemorySegment segment, ValueLayout.OfInt layout, long index) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    return segment.getAtIndex(layout, index);
  }

  public static void setAtIndex(
      MemorySegment segment, ValueLayout.OfLong layout, long index, long value) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    segment.setAtIndex(layout, index, value);
  }

  public static long getAtIndex(MemorySegment segment, ValueLayout.OfLong layout, long index) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    return segment.getAtIndex(layout, index);
  }

  public static void setAtIndex(
      MemorySegment segment, ValueLayout.OfShort layout, long index, short value) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    segment.setAtIndex(layout, index, value);
  }

  public static short getAtIndex(MemorySegment segment, ValueLayout.OfShort layout, long index) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    return segment.getAtIndex(layout, index);
  }

  public static void setAtIndex(
      MemorySegment segment, ValueLayout.OfByte layout, long index, byte value) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    segment.setAtIndex(layout, index, value);
  }

  public static byte getAtIndex(MemorySegment segment, ValueLayout.OfByte layout, long index) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    return segment.getAtIndex(layout, index);
  }

  public static void setAtIndex(
      MemorySegment segment, ValueLayout.OfDouble layout, long index, double value) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    segment.setAtIndex(layout, index, value);
  }

  public static double getAtIndex(MemorySegment segment, ValueLayout.OfDouble layout, long index) {
    check(segment, index * layout.byteSize(), layout.byteSize());
    return segment.getAtIndex(layout, index);
  }

  public static byte get(MemorySegment segment, ValueLayout.OfByte layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(
      MemorySegment segment, ValueLayout.OfByte layout, long offset, byte value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static double get(MemorySegment segment, ValueLayout.OfDouble layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(
      MemorySegment segment, ValueLayout.OfDouble layout, long offset, double value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static char get(MemorySegment segment, ValueLayout.OfChar layout, long offset) {
    check(segment, offset, layout.byteSize());
    return segment.get(layout, offset);
  }

  public static void set(
      MemorySegment segment, ValueLayout.OfChar layout, long offset, char value) {
    check(segment, offset, layout.byteSize());
    segment.set(layout, offset, value);
  }

  public static FloatVector loadFloatVector(
      VectorSpecies<Float> species, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, species.vectorByteSize());
    return FloatVector.fromMemorySegment(species, segment, offset, order);
  }

  public static void intoMemorySegment(
      FloatVector vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }

  public static IntVector loadIntVector(
      VectorSpecies<Integer> species, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, species.vectorByteSize());
    return IntVector.fromMemorySegment(species, segment, offset, order);
  }

  public static void intoMemorySegment(
      IntVector vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }

  public static LongVector loadLongVector(
      VectorSpecies<Long> species, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, species.vectorByteSize());
    return LongVector.fromMemorySegment(species, segment, offset, order);
  }

  public static void intoMemorySegment(
      LongVector vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }

  public static ShortVector loadShortVector(
      VectorSpecies<Short> species, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, species.vectorByteSize());
    return ShortVector.fromMemorySegment(species, segment, offset, order);
  }

  public static ByteVector loadByteVector(
      VectorSpecies<Byte> species, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, species.vectorByteSize());
    return ByteVector.fromMemorySegment(species, segment, offset, order);
  }

  public static void intoMemorySegment(
      ShortVector vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }

  public static void intoMemorySegment(
      ByteVector vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }

  public static DoubleVector loadDoubleVector(
      VectorSpecies<Double> species, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, species.vectorByteSize());
    return DoubleVector.fromMemorySegment(species, segment, offset, order);
  }

  public static void intoMemorySegment(
      DoubleVector vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }

  public static void intoMemorySegment(
      Vector<?> vector, MemorySegment segment, long offset, ByteOrder order) {
    check(segment, offset, vector.byteSize());
    vector.intoMemorySegment(segment, offset, order);
  }
}
