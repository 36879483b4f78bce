package fp8sim.onnx;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Nodes between quantized numbers and the numbers that they stand for. */
final class CodedValues {
  private static final Tensor ONE = Tensor.ofFloats(Shape.of(1), 1);

  private CodedValues() {}

  /**
   * {@code (x - zeroPoint) * scale} as float32.
   *
   * @param suffix names the new value
   * @param parameters scale and zero point, which may be empty
   * @param axis along which scales of rank 1 lie
   */
  static String dequantize(
      NodeImport node, String suffix, String x, List<String> parameters, int axis) {
    Op.DequantizeLinear op = new Op.DequantizeLinear(axis, 0, DataType.FLOAT);
    return typed(node, suffix, DataType.FLOAT, op, x, parameters.getFirst(), parameters.getLast());
  }

  /** The inputs at these positions as scale and zero point. */
  static List<String> parameters(NodeImport node, int scale, int zeroPoint) {
    return List.of(node.input(scale), node.input(zeroPoint));
  }

  /**
   * Quantizes a float32 value per tensor to this node's output.
   *
   * @param other the type if there is no zero point to tell it
   */
  static void quantize(NodeImport node, String value, List<String> parameters, DataType other) {
    DataType to = other;
    String zeroPoint = parameters.getLast();
    if (!zeroPoint.isEmpty() && node.knowsElementType(zeroPoint)) {
      to = node.elementType(zeroPoint);
    }
    node.declare(node.output(), to);
    node.emit(
        new Op.QuantizeLinear(0, 0, true, to), List.of(value, parameters.getFirst(), zeroPoint));
  }

  /**
   * {@code x - zeroPoint}, exactly, in float64.
   *
   * @param axis along which zero points of rank 1 lie
   */
  static String shifted(NodeImport node, String suffix, String x, String zeroPoint, int axis) {
    if (zeroPoint.isEmpty()) {
      return cast(node, suffix, x, DataType.DOUBLE);
    }
    Tensor known = node.constant(zeroPoint);
    if (known != null && known.shape().rank() > 1) {
      String wide = cast(node, suffix, x, DataType.DOUBLE);
      String zeros = cast(node, suffix + "_zero", zeroPoint, DataType.DOUBLE);
      return node.add(suffix + "_shifted", new Op.Binary(BinaryFunction.SUB), wide, zeros);
    }
    String shape =
        typed(node, suffix + "_shape", DataType.INT64, new Op.ShapeOf(0, null), zeroPoint);
    String ones = typed(node, suffix + "_ones", DataType.FLOAT, new Op.ConstantOfShape(ONE), shape);
    Op.DequantizeLinear op = new Op.DequantizeLinear(axis, 0, DataType.DOUBLE);
    return typed(node, suffix, DataType.DOUBLE, op, x, ones, zeroPoint);
  }

  static String cast(NodeImport node, String suffix, String x, DataType to) {
    return typed(node, suffix, to, new Op.Cast(to, true), x);
  }

  static String product(NodeImport node, String suffix, String a, String b) {
    return node.add(suffix, new Op.Binary(BinaryFunction.MUL), a, b);
  }

  /** A node whose result has a type that its inputs do not tell. */
  static String typed(NodeImport node, String suffix, DataType type, Op op, String... inputs) {
    String value = node.add(suffix, op, inputs);
    node.declare(value, type);
    return value;
  }
}
