package fp8sim.data;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversions of the elements of tensors, and of byte orders. */
final class Elements {
  private Elements() {}

  /**
   * All elements as float32, rounded to nearest where float32 is too narrow.
   *
   * @throws IllegalArgumentException for types that NumPy does not know
   */
  static float[] toFloats(Tensor tensor) {
    if (tensor.type() == DataType.FLOAT) {
      return tensor.toFloats();
    }
    MemorySegment data = tensor.data();
    float[] values = new float[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case DOUBLE -> (float) data.getAtIndex(Tensor.DOUBLE, i);
            case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(Tensor.SHORT, i));
            case UINT64 -> unsignedToFloat(data.getAtIndex(Tensor.LONG, i));
            default -> integer(tensor, i);
          };
    }
    return values;
  }

  /**
   * Element {@code i} of an integer or boolean tensor; of uint64 only the low 63 bits are certain.
   *
   * @throws IllegalArgumentException for other types
   */
  static long integer(Tensor tensor, int i) {
    MemorySegment data = tensor.data();
    return switch (tensor.type()) {
      case INT8 -> data.get(Tensor.BYTE, i);
      case UINT8, BOOL -> data.get(Tensor.BYTE, i) & 0xff;
      case INT16 -> data.getAtIndex(Tensor.SHORT, i);
      case UINT16 -> data.getAtIndex(Tensor.SHORT, i) & 0xffff;
      case INT32 -> data.getAtIndex(Tensor.INT, i);
      case UINT32 -> data.getAtIndex(Tensor.INT, i) & 0xffff_ffffL;
      case INT64, UINT64 -> data.getAtIndex(Tensor.LONG, i);
      default -> throw new IllegalArgumentException("elements of type " + tensor.type());
    };
  }

  private static float unsignedToFloat(long value) {
    // Halving keeps the lowest bit sticky, so that the conversion rounds once.
    return value >= 0 ? value : 2f * (float) ((value >>> 1) | (value & 1));
  }

  /** Reverses the bytes of every element of {@code width} bytes, in place. */
  static void swapBytes(MemorySegment data, int width) {
    if (width == 1) {
      return;
    }
    for (long at = 0; at < data.byteSize(); at += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = data.get(ValueLayout.JAVA_BYTE, at + i);
        data.set(
            ValueLayout.JAVA_BYTE, at + i, data.get(ValueLayout.JAVA_BYTE, at + width - 1 - i));
        data.set(ValueLayout.JAVA_BYTE, at + width - 1 - i, low);
      }
    }
  }
}
