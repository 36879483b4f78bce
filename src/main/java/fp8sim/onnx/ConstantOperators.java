package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Import of operators that make constants. */
final class ConstantOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("Constant", 1, LAST_OPSET, 0, 0, n -> n.define(value(n))),
          op("ConstantOfShape", 9, LAST_OPSET, 1, 1, ConstantOperators::constantOfShape));

  private ConstantOperators() {}

  private static Tensor value(NodeImport node) {
    Attributes attributes = node.attributes();
    Tensor tensor = attributes.tensor("value");
    if (tensor != null) {
      return tensor;
    }
    if (attributes.has("value_float")) {
      return Tensor.ofFloats(Shape.SCALAR, attributes.number("value_float", 0));
    }
    if (attributes.has("value_int")) {
      return Tensor.ofLongs(Shape.SCALAR, attributes.longInteger("value_int"));
    }
    if (attributes.has("value_floats")) {
      float[] values = attributes.numbers("value_floats");
      return Tensor.ofFloats(Shape.of(values.length), values);
    }
    if (attributes.has("value_ints")) {
      long[] values = attributes.longs("value_ints");
      return Tensor.ofLongs(Shape.of(values.length), values);
    }
    throw node.unsupported("a constant that is neither tensor nor number");
  }

  private static Op.ConstantOfShape constantOfShape(NodeImport node) {
    Tensor value = node.attributes().tensor("value");
    if (value == null) {
      value = Tensor.ofFloats(Shape.of(1), 0);
    }
    if (value.shape().elements() != 1) {
      throw node.error("value has " + value.shape().elements() + " elements, not 1");
    }
    node.declare(node.output(), value.type());
    return new Op.ConstantOfShape(value);
  }
}
