package fp8sim.kernel.reference;

import fp8sim.format.BFloat16;
import fp8sim.format.E8M0;
import fp8sim.format.OddRounding;
import fp8sim.format.SmallFloat;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Elements of a tensor of any type as float, double or long arrays, and back. Storing rounds to the
 * tensor's type (to nearest, ties to even) and wraps integers.
 */
final class Values {
  private Values() {}

  /** Elements of a floating point tensor; float64 is rounded. */
  static float[] floats(Tensor tensor) {
    if (tensor.type() == DataType.FLOAT) {
      return tensor.toFloats();
    }
    float[] values = new float[tensor.shape().elements()];
    MemorySegment data = tensor.data();
    switch (tensor.type()) {
      case FLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(data.getAtIndex(Tensor.SHORT, i));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = BFloat16.toFloat(data.getAtIndex(Tensor.SHORT, i));
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) data.getAtIndex(Tensor.DOUBLE, i);
        }
      }
      case FLOAT8E8M0 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = E8M0.toFloat(data.getAtIndex(Tensor.BYTE, i));
        }
      }
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1 -> {
        SmallFloat type = small(tensor.type());
        for (int i = 0; i < values.length; i++) {
          values[i] = type.toFloat(data.getAtIndex(Tensor.BYTE, i));
        }
      }
      default -> throw unsupported(tensor);
    }
    return values;
  }

  static void store(Tensor tensor, float[] values) {
    MemorySegment data = tensor.data();
    switch (tensor.type()) {
      case FLOAT -> MemorySegment.copy(values, 0, data, Tensor.FLOAT, 0, values.length);
      case FLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          data.setAtIndex(Tensor.SHORT, i, Float.floatToFloat16(values[i]));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          data.setAtIndex(Tensor.SHORT, i, BFloat16.fromFloat(values[i]));
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < values.length; i++) {
          data.setAtIndex(Tensor.DOUBLE, i, values[i]);
        }
      }
      default -> throw unsupported(tensor);
    }
  }

  /** Elements of any tensor; integers beyond 2^53 are rounded. */
  static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.shape().elements()];
    if (tensor.type() == DataType.DOUBLE) {
      MemorySegment.copy(tensor.data(), Tensor.DOUBLE, 0, values, 0, values.length);
    } else if (tensor.type().isFloating()) {
      float[] floats = floats(tensor);
      for (int i = 0; i < values.length; i++) {
        values[i] = floats[i];
      }
    } else {
      long[] longs = longs(tensor);
      for (int i = 0; i < values.length; i++) {
        values[i] = toDouble(longs[i], tensor.type());
      }
    }
    return values;
  }

  /** Stores numbers in a floating point tensor, each rounded once. */
  static void store(Tensor tensor, double[] values) {
    if (tensor.type() == DataType.DOUBLE) {
      MemorySegment.copy(values, 0, tensor.data(), Tensor.DOUBLE, 0, values.length);
      return;
    }
    boolean narrow = tensor.type() != DataType.FLOAT;
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = narrow ? OddRounding.toFloat(values[i]) : (float) values[i];
    }
    store(tensor, floats);
  }

  /** Numbers rounded to a floating-point type of 16 bits or more, each once. */
  static double[] rounded(double[] values, DataType type) {
    if (type == DataType.DOUBLE) {
      return values;
    }
    Tensor narrow = Tensor.zeros(type, Shape.of(values.length));
    store(narrow, values);
    return doubles(narrow);
  }

  /** Elements of an integer or boolean tensor; uint64 as the long with the same bits. */
  static long[] longs(Tensor tensor) {
    MemorySegment data = tensor.data();
    long[] values = new long[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case INT8, INT4, INT2 -> data.getAtIndex(Tensor.BYTE, i);
            case UINT8, UINT4, UINT2, BOOL -> Byte.toUnsignedLong(data.getAtIndex(Tensor.BYTE, i));
            case INT16 -> data.getAtIndex(Tensor.SHORT, i);
            case UINT16 -> Short.toUnsignedLong(data.getAtIndex(Tensor.SHORT, i));
            case INT32 -> data.getAtIndex(Tensor.INT, i);
            case UINT32 -> Integer.toUnsignedLong(data.getAtIndex(Tensor.INT, i));
            case INT64, UINT64 -> data.getAtIndex(Tensor.LONG, i);
            default -> throw unsupported(tensor);
          };
    }
    return values;
  }

  /** Stores the low bits of each number in an integer or boolean tensor. */
  static void store(Tensor tensor, long[] values) {
    MemorySegment data = tensor.data();
    for (int i = 0; i < values.length; i++) {
      switch (tensor.type()) {
        case INT8, UINT8, BOOL -> data.setAtIndex(Tensor.BYTE, i, (byte) values[i]);
        case INT4, UINT4, INT2, UINT2 ->
            data.setAtIndex(Tensor.BYTE, i, PackedElements.code(tensor.type(), values[i]));
        case INT16, UINT16 -> data.setAtIndex(Tensor.SHORT, i, (short) values[i]);
        case INT32, UINT32 -> data.setAtIndex(Tensor.INT, i, (int) values[i]);
        case INT64, UINT64 -> data.setAtIndex(Tensor.LONG, i, values[i]);
        default -> throw unsupported(tensor);
      }
    }
  }

  /** Elements of an integer tensor that holds indices or sizes. */
  static int[] ints(Tensor tensor) {
    long[] longs = longs(tensor);
    int[] values = new int[longs.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.clamp(longs[i], Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return values;
  }

  /** The value of an element as {@link #longs} gives it. */
  static double toDouble(long value, DataType type) {
    return type == DataType.UINT64 && value < 0
        ? ((value >>> 1) | (value & 1)) * 2.0
        : (double) value;
  }

  /**
   * Stores numbers in a tensor of floating point of at most 8 bits.
   *
   * @param saturate whether what is out of range becomes the nearest finite value
   * @param mode how E8M0 rounds
   */
  static void storeSmall(Tensor tensor, double[] values, boolean saturate, E8M0.RoundMode mode) {
    DataType type = tensor.type();
    for (int i = 0; i < values.length; i++) {
      byte code =
          type == DataType.FLOAT8E8M0
              ? E8M0.cast(values[i], saturate, mode)
              : small(type).cast(values[i], saturate);
      tensor.data().setAtIndex(Tensor.BYTE, i, code);
    }
  }

  private static SmallFloat small(DataType type) {
    return switch (type) {
      case FLOAT8E4M3FN -> SmallFloat.E4M3FN;
      case FLOAT8E4M3FNUZ -> SmallFloat.E4M3FNUZ;
      case FLOAT8E5M2 -> SmallFloat.E5M2;
      case FLOAT8E5M2FNUZ -> SmallFloat.E5M2FNUZ;
      case FLOAT4E2M1 -> SmallFloat.E2M1;
      default -> throw new IllegalStateException(type + " is no small float with a fraction");
    };
  }

  private static IllegalStateException unsupported(Tensor tensor) {
    return new IllegalStateException("no such numbers in a tensor of " + tensor.type());
  }
}
