package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import java.util.List;

/** QuantizeLinear and DequantizeLinear. */
final class QuantizationOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("QuantizeLinear", 10, LAST_OPSET, 2, 3, QuantizationOperators::quantize),
          op("DequantizeLinear", 10, LAST_OPSET, 2, 3, QuantizationOperators::dequantize));

  private QuantizationOperators() {}

  private static Op.QuantizeLinear quantize(NodeImport node) {
    Attributes attributes = node.attributes();
    DataType to = DataType.UINT8;
    // 0 stands for "as the zero point says".
    boolean typed = attributes.integer("output_dtype", 0) != 0;
    DataType given = typed ? attributes.type("output_dtype") : null;
    if (node.hasInput(2)) {
      if (!node.knowsElementType(node.input(2))) {
        throw node.unsupported("a zero point of unknown type");
      }
      to = node.elementType(node.input(2));
    } else if (given != null) {
      to = given;
    }
    node.declare(node.output(), to);
    return new Op.QuantizeLinear(
        attributes.integer("axis", 1),
        attributes.integer("block_size", 0),
        attributes.flag("saturate", true),
        to);
  }

  private static Op.DequantizeLinear dequantize(NodeImport node) {
    Attributes attributes = node.attributes();
    DataType to = node.elementType(node.input(1));
    node.declare(node.output(), to);
    return new Op.DequantizeLinear(
        attributes.integer("axis", 1), attributes.integer("block_size", 0), to);
  }
}
