package fp8sim.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A dense row-major tensor: element type, shape, and little-endian memory of exactly {@code
 * shape.elements() * type.bytes()} bytes. The memory may be a mapped part of a model file: then it
 * is read-only and of any alignment, so all access uses the unaligned layouts below. Booleans are
 * one byte, 0 or 1. Types of less than 8 bits take a byte each: integers as int8 or uint8 would,
 * others by their code ({@link PackedElements}).
 */
public record Tensor(DataType type, Shape shape, MemorySegment data) {
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /** Buffers start on a cache line, so that vector loads do not straddle two. */
  public static final int ALIGNMENT = 64;

  public Tensor {
    long expected = (long) shape.elements() * type.bytes();
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "%s tensor of shape %s needs %d bytes, not %d"
              .formatted(type, shape, expected, data.byteSize()));
    }
  }

  /**
   * A zeroed tensor in garbage-collected off-heap memory.
   *
   * @throws MemoryLimitException if it does not fit the limit of {@link NativeMemory}
   */
  public static Tensor zeros(DataType type, Shape shape) {
    return zeros(type, shape, Arena.ofAuto());
  }

  /** A zeroed tensor in memory of the given arena. */
  public static Tensor zeros(DataType type, Shape shape, Arena arena) {
    long bytes = (long) shape.elements() * type.bytes();
    return new Tensor(type, shape, NativeMemory.allocate(arena, bytes).asSlice(0, bytes));
  }

  public static Tensor ofFloats(Shape shape, float... values) {
    Tensor tensor = zeros(DataType.FLOAT, shape);
    MemorySegment.copy(values, 0, tensor.data, FLOAT, 0, values.length);
    return tensor;
  }

  public static Tensor ofLongs(Shape shape, long... values) {
    Tensor tensor = zeros(DataType.INT64, shape);
    MemorySegment.copy(values, 0, tensor.data, LONG, 0, values.length);
    return tensor;
  }

  /** The same in memory of its own. */
  public Tensor copy() {
    Tensor copy = zeros(type, shape);
    copy.data.copyFrom(data);
    return copy;
  }

  /** All elements of a {@link DataType#FLOAT} tensor. */
  public float[] toFloats() {
    if (type != DataType.FLOAT) {
      throw new IllegalStateException("a tensor of " + type + " has no float32 elements");
    }
    float[] values = new float[shape.elements()];
    MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
    return values;
  }

  /** The same memory under another shape with as many elements. */
  public Tensor reshape(Shape other) {
    return new Tensor(type, other, data);
  }
}
