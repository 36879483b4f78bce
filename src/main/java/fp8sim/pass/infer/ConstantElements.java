package fp8sim.pass.infer;

import fp8sim.format.BFloat16;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Single elements of small constant tensors, read as Java numbers. */
public final class ConstantElements {
  private ConstantElements() {}

  /** All elements of an INT64 or INT32 tensor. */
  public static long[] longs(Tensor tensor) {
    long[] values = new long[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          tensor.type() == DataType.INT64
              ? tensor.data().get(Tensor.LONG, 8L * i)
              : tensor.data().get(Tensor.INT, 4L * i);
    }
    return values;
  }

  /**
   * Whether a type is one of floating-point numbers that layers compute with: of 16 bits or more.
   */
  public static boolean isNumber(DataType type) {
    return type.isFloating() && !type.isSmallFloat();
  }

  /** Whether {@link #number} can read elements of this type. */
  public static boolean isReadable(DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
      case INT64, INT32, INT16, UINT16, INT8, UINT8, BOOL -> true;
      case INT4, UINT4, INT2, UINT2 -> true;
      default -> false;
    };
  }

  /** One element of a type that {@link #isReadable}. */
  public static double number(Tensor tensor, int index) {
    return switch (tensor.type()) {
      case FLOAT -> tensor.data().get(Tensor.FLOAT, 4L * index);
      case DOUBLE -> tensor.data().get(Tensor.DOUBLE, 8L * index);
      case FLOAT16 -> Float.float16ToFloat(tensor.data().get(Tensor.SHORT, 2L * index));
      case BFLOAT16 -> BFloat16.toFloat(tensor.data().get(Tensor.SHORT, 2L * index));
      case INT64 -> tensor.data().get(Tensor.LONG, 8L * index);
      case INT32 -> tensor.data().get(Tensor.INT, 4L * index);
      case INT16 -> tensor.data().get(Tensor.SHORT, 2L * index);
      case UINT16 -> Short.toUnsignedInt(tensor.data().get(Tensor.SHORT, 2L * index));
      case INT8, INT4, INT2 -> tensor.data().get(Tensor.BYTE, index);
      case UINT8, UINT4, UINT2, BOOL -> tensor.data().get(Tensor.BYTE, index) & 0xFF;
      default -> throw new IllegalArgumentException("elements of type " + tensor.type());
    };
  }

  /** A floating-point tensor as float32, each number rounded to nearest-even. */
  public static Tensor toFloat32(Tensor tensor) {
    if (tensor.type() == DataType.FLOAT) {
      return tensor;
    }
    float[] values = new float[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) number(tensor, i);
    }
    return Tensor.ofFloats(tensor.shape(), values);
  }

  /** Numbers as a tensor of a floating-point type but FP8, rounded to nearest-even. */
  public static Tensor of(DataType type, Shape shape, float[] values) {
    Tensor tensor = Tensor.zeros(type, shape);
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      switch (type) {
        case FLOAT -> tensor.data().set(Tensor.FLOAT, 4L * i, value);
        case DOUBLE -> tensor.data().set(Tensor.DOUBLE, 8L * i, value);
        case FLOAT16 -> tensor.data().set(Tensor.SHORT, 2L * i, Float.floatToFloat16(value));
        case BFLOAT16 -> tensor.data().set(Tensor.SHORT, 2L * i, BFloat16.fromFloat(value));
        default -> throw new IllegalArgumentException("numbers of type " + type);
      }
    }
    return tensor;
  }

  /** A one-element tensor of type FLOAT, DOUBLE, FLOAT16, INT64 or INT32. */
  static Tensor scalar(DataType type, Shape shape, double value) {
    Tensor tensor = Tensor.zeros(type, shape);
    switch (type) {
      case FLOAT -> tensor.data().set(Tensor.FLOAT, 0, (float) value);
      case DOUBLE -> tensor.data().set(Tensor.DOUBLE, 0, value);
      case FLOAT16 -> tensor.data().set(Tensor.SHORT, 0, Float.floatToFloat16((float) value));
      case INT64 -> tensor.data().set(Tensor.LONG, 0, (long) value);
      case INT32 -> tensor.data().set(Tensor.INT, 0, (int) value);
      default -> throw new IllegalArgumentException("a scalar of type " + type);
    }
    return tensor;
  }
}
