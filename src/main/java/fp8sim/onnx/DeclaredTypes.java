package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fp8sim.common.Fp8simException;
import fp8sim.graph.GraphInput;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ValueInfoProto} to element types and declared inputs. */
final class DeclaredTypes {
  private DeclaredTypes() {}

  /** The declaration of an input that the user feeds. */
  static GraphInput input(ValueInfoProto info, String file) {
    String where = "%s: input \"%s\"".formatted(file, Text.shorten(info.getName()));
    TypeProto type = unwrap(info.getType());
    if (!type.hasTensorType()) {
      throw Fp8simException.input(where + " is not a tensor");
    }
    if (!type.getTensorType().hasShape()) {
      throw Fp8simException.input(where + " has no declared shape; export the model with one");
    }
    List<GraphInput.Dimension> dims = new ArrayList<>();
    for (Dimension dim : type.getTensorType().getShape().getDimList()) {
      dims.add(dimension(dim, where));
    }
    requireSize(dims, where);
    DataType element = TensorReader.dataType(type.getTensorType().getElemType(), where);
    return new GraphInput(info.getName(), element, dims);
  }

  /** With 1 for every dynamic dimension the input must be a tensor that can be. */
  private static void requireSize(List<GraphInput.Dimension> dims, String where) {
    try {
      Shape.of(dims.stream().mapToInt(dim -> dim.isDynamic() ? 1 : dim.size()).toArray());
    } catch (IllegalArgumentException e) {
      throw Fp8simException.input(where + ": " + Text.shorten(String.valueOf(e.getMessage())), e);
    }
  }

  /** The element type of a value, if it is declared and fp8sim knows it. */
  static Optional<DataType> elementType(TypeProto declared) {
    TypeProto type = unwrap(declared);
    if (!type.hasTensorType()) {
      return Optional.empty();
    }
    return Optional.ofNullable(TensorReader.supported(type.getTensorType().getElemType()));
  }

  /** An optional is taken as present, a sequence as the one tensor in it. */
  private static TypeProto unwrap(TypeProto declared) {
    TypeProto type = declared;
    if (type.hasOptionalType()) {
      type = type.getOptionalType().getElemType();
    }
    if (type.hasSequenceType()) {
      type = type.getSequenceType().getElemType();
    }
    return type;
  }

  private static GraphInput.Dimension dimension(Dimension dim, String where) {
    if (!dim.hasDimValue()) {
      return new GraphInput.Dimension(-1, dim.getDimParam());
    }
    long size = dim.getDimValue();
    if (size == -1) { // how some exporters say "any"
      return new GraphInput.Dimension(-1, "");
    }
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw Fp8simException.input("%s has a dimension of %d".formatted(where, size));
    }
    return new GraphInput.Dimension((int) size, "");
  }
}
