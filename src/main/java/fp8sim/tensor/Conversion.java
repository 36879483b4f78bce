package fp8sim.tensor;

import java.lang.foreign.MemorySegment;

/** Elements of tensors read as numbers, and tensors in another element type. */
public final class Conversion {
  private Conversion() {}

  /**
   * All elements as float32, rounded to nearest where float32 is too narrow.
   *
   * @throws IllegalArgumentException for types of at most 8 bits
   */
  public static float[] toFloats(Tensor tensor) {
    if (tensor.type() == DataType.FLOAT) {
      return tensor.toFloats();
    }
    float[] values = new float[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case DOUBLE, FLOAT16, BFLOAT16 -> (float) real(tensor, i);
            case UINT64 -> unsignedToFloat(integer(tensor, i));
            default -> integer(tensor, i);
          };
    }
    return values;
  }

  /**
   * Element {@code i} of a floating point tensor.
   *
   * @throws IllegalArgumentException for other types and those of at most 8 bits
   */
  public static double real(Tensor tensor, int i) {
    MemorySegment data = tensor.data();
    return switch (tensor.type()) {
      case FLOAT -> data.getAtIndex(Tensor.FLOAT, i);
      case DOUBLE -> data.getAtIndex(Tensor.DOUBLE, i);
      case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(Tensor.SHORT, i));
      case BFLOAT16 -> Float.intBitsToFloat(data.getAtIndex(Tensor.SHORT, i) << 16);
      default -> throw new IllegalArgumentException("elements of type " + tensor.type());
    };
  }

  /**
   * Element {@code i} of an integer or boolean tensor; uint64 by its 64 bits.
   *
   * @throws IllegalArgumentException for other types
   */
  public static long integer(Tensor tensor, int i) {
    MemorySegment data = tensor.data();
    return switch (tensor.type()) {
      case INT8, INT4, INT2 -> data.get(Tensor.BYTE, i);
      case UINT8, UINT4, UINT2, BOOL -> data.get(Tensor.BYTE, i) & 0xff;
      case INT16 -> data.getAtIndex(Tensor.SHORT, i);
      case UINT16 -> data.getAtIndex(Tensor.SHORT, i) & 0xffff;
      case INT32 -> data.getAtIndex(Tensor.INT, i);
      case UINT32 -> data.getAtIndex(Tensor.INT, i) & 0xffff_ffffL;
      case INT64, UINT64 -> data.getAtIndex(Tensor.LONG, i);
      default -> throw new IllegalArgumentException("elements of type " + tensor.type());
    };
  }

  /**
   * The tensor in another element type: floating point rounded to nearest even, integers and
   * booleans only where the number is one of theirs.
   *
   * @throws IllegalArgumentException if an element is no number of an integer type, or for
   *     floating-point types of at most 8 bits
   */
  public static Tensor convert(Tensor tensor, DataType type) {
    if (tensor.type() == type) {
      return tensor;
    }
    Tensor result = Tensor.zeros(type, tensor.shape());
    int elements = tensor.shape().elements();
    for (int i = 0; i < elements; i++) {
      if (type.isFloating()) {
        storeReal(result, i, tensor.type().isFloating() ? real(tensor, i) : whole(tensor, i));
      } else {
        storeInteger(result, i, tensor.type().isFloating() ? exact(tensor, i) : signed(tensor, i));
      }
    }
    return result;
  }

  /** Integers beyond 2^53 round once on their way to float64, which float32 may round again. */
  private static double whole(Tensor tensor, int i) {
    long value = integer(tensor, i);
    return tensor.type() == DataType.UINT64 && value < 0 ? (value >>> 1) * 2.0 : value;
  }

  private static long signed(Tensor tensor, int i) {
    long value = integer(tensor, i);
    if (tensor.type() == DataType.UINT64 && value < 0) {
      throw new IllegalArgumentException(Long.toUnsignedString(value) + " is too large");
    }
    return value;
  }

  private static long exact(Tensor tensor, int i) {
    double value = real(tensor, i);
    if (value != Math.rint(value) || Math.abs(value) >= 0x1p63) {
      throw new IllegalArgumentException(value + " is no whole number");
    }
    return (long) value;
  }

  private static void storeReal(Tensor tensor, int i, double value) {
    MemorySegment data = tensor.data();
    switch (tensor.type()) {
      case FLOAT -> data.setAtIndex(Tensor.FLOAT, i, (float) value);
      case DOUBLE -> data.setAtIndex(Tensor.DOUBLE, i, value);
      case FLOAT16 -> data.setAtIndex(Tensor.SHORT, i, Float.floatToFloat16(toOdd(value)));
      case BFLOAT16 -> data.setAtIndex(Tensor.SHORT, i, toBfloat16(toOdd(value)));
      default -> throw new IllegalArgumentException("no conversion to " + tensor.type());
    }
  }

  private static void storeInteger(Tensor tensor, int i, long value) {
    DataType type = tensor.type();
    int bits = type == DataType.BOOL ? 1 : type.bits();
    boolean unsigned = type.isUnsigned() || type == DataType.BOOL;
    long least = unsigned ? 0 : -1L << (bits - 1);
    long most = unsigned && bits < 64 ? (1L << bits) - 1 : Long.MAX_VALUE >> (64 - bits);
    if (value < least || (value > most && bits < 64)) {
      throw new IllegalArgumentException(
          "%d is outside %d..%d of %s".formatted(value, least, most, type));
    }
    MemorySegment data = tensor.data();
    switch (type.bytes()) {
      case 1 -> data.set(Tensor.BYTE, i, (byte) value);
      case 2 -> data.setAtIndex(Tensor.SHORT, i, (short) value);
      case 4 -> data.setAtIndex(Tensor.INT, i, (int) value);
      default -> data.setAtIndex(Tensor.LONG, i, value);
    }
  }

  /**
   * To float32 by rounding to odd, so that rounding to a narrower type afterwards rounds as if once
   * (Boldo and Melquiond, IEEE TC 57, 2008).
   */
  private static float toOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value) || (Float.floatToRawIntBits(nearest) & 1) == 1) {
      return nearest;
    }
    boolean above = nearest > value;
    return above ? Math.nextDown(nearest) : Math.nextUp(nearest);
  }

  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  private static float unsignedToFloat(long value) {
    // Halving keeps the lowest bit sticky, so that the conversion rounds once.
    return value >= 0 ? value : 2f * (float) ((value >>> 1) | (value & 1));
  }
}
