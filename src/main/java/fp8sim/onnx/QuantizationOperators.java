package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear; ONNX Runtime has the first two in its
 * own domain too, from when ONNX had 8 bits only.
 */
final class QuantizationOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("QuantizeLinear", 10, LAST_OPSET, 2, 3, QuantizationOperators::quantize),
          op("DequantizeLinear", 10, LAST_OPSET, 2, 3, QuantizationOperators::dequantize),
          of("DynamicQuantizeLinear", 11, LAST_OPSET, 1, 1, QuantizationOperators::dynamic)
              .withOutputs(3),
          op("QuantizeLinear", 1, 1, 2, 3, QuantizationOperators::quantize)
              .inDomain(OperatorTable.MICROSOFT),
          op("DequantizeLinear", 1, 1, 2, 3, QuantizationOperators::dequantize)
              .inDomain(OperatorTable.MICROSOFT));

  private QuantizationOperators() {}

  private static Op.QuantizeLinear quantize(NodeImport node) {
    Attributes attributes = node.attributes();
    DataType given = optionalType(attributes, "output_dtype");
    DataType precision = optionalType(attributes, "precision");
    DataType to = given == null ? DataType.UINT8 : given;
    if (node.hasInput(2)) {
      if (!node.knowsElementType(node.input(2))) {
        throw node.unsupported("a zero point of unknown type");
      }
      to = node.elementType(node.input(2));
      if (given != null && given != to) {
        throw node.error("output_dtype is %s, the zero point's type %s".formatted(given, to));
      }
    }
    node.declare(node.output(), to);
    return new Op.QuantizeLinear(
        attributes.integer("axis", 1),
        attributes.integer("block_size", 0),
        attributes.flag("saturate", true),
        to,
        precision == null ? DataType.FLOAT : precision);
  }

  private static Op.DequantizeLinear dequantize(NodeImport node) {
    Attributes attributes = node.attributes();
    DataType to = optionalType(attributes, "output_dtype");
    node.declare(node.output(), to == null ? node.elementType(node.input(1)) : to);
    return new Op.DequantizeLinear(
        attributes.integer("axis", 1), attributes.integer("block_size", 0), to);
  }

  /** An element type, for which 0 stands for none. */
  private static @Nullable DataType optionalType(Attributes attributes, String name) {
    return attributes.integer(name, 0) == 0 ? null : attributes.type(name);
  }

  private static void dynamic(NodeImport node) {
    List<DataType> types = List.of(DataType.UINT8, DataType.FLOAT, DataType.UINT8);
    for (int i = 0; i < node.outputs().size(); i++) {
      if (node.hasOutput(i)) {
        node.declare(node.outputs().get(i), types.get(i));
      }
    }
    node.emit(new Op.DynamicQuantizeLinear());
  }
}
