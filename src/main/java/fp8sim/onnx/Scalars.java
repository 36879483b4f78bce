package fp8sim.onnx;

import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Constants of one element, of the type that a node's first input has. */
final class Scalars {
  private Scalars() {}

  static Tensor of(NodeImport node, float value) {
    DataType type = node.elementType(node.input(0));
    Tensor tensor = of(type, value);
    if (tensor == null) {
      throw node.unsupported("elements of type " + type);
    }
    return tensor;
  }

  /** A constant of a type, null if there are none of it. */
  static @Nullable Tensor of(DataType type, float value) {
    if (type.isFloating() && !type.isStorageOnly()) {
      return Conversion.convert(Tensor.ofFloats(Shape.SCALAR, value), type);
    }
    Tensor tensor = Tensor.zeros(type, Shape.SCALAR);
    switch (type) {
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
