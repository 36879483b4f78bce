package fp8sim.onnx;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Constants of one element, of the type that a node's first input has. */
final class Scalars {
  private Scalars() {}

  static Tensor of(NodeImport node, float value, Shape shape) {
    DataType type = node.elementType(node.input(0));
    Tensor tensor = of(type, value, shape);
    if (tensor == null) {
      throw node.unsupported("elements of type " + type);
    }
    return tensor;
  }

  /** A constant of a type, null if there are none of it. */
  static @Nullable Tensor of(DataType type, float value, Shape shape) {
    Tensor tensor = Tensor.zeros(type, shape);
    switch (type) {
      case FLOAT -> tensor.data().set(Tensor.FLOAT, 0, value);
      case DOUBLE -> tensor.data().set(Tensor.DOUBLE, 0, value);
      case FLOAT16 -> tensor.data().set(Tensor.SHORT, 0, Float.floatToFloat16(value));
      case INT32 -> tensor.data().set(Tensor.INT, 0, (int) value);
      case INT64 -> tensor.data().set(Tensor.LONG, 0, (long) value);
      case INT8, UINT8 -> tensor.data().set(Tensor.BYTE, 0, (byte) value);
      default -> {
        return null;
      }
    }
    return tensor;
  }
}
