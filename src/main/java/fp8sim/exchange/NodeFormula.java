package fp8sim.exchange;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * Element-wise arithmetic in float32 or float64, written as nodes whose names start alike. Every
 * result is rounded once.
 */
final class NodeFormula {
  /** Significant bits of a double and of a float. */
  private static final int DOUBLE_BITS = 53;

  private static final int FLOAT_BITS = 24;

  private final ExportedNodes out;
  private final String prefix;

  NodeFormula(ExportedNodes out, String prefix) {
    this.out = out;
    this.prefix = prefix;
  }

  String unary(String role, UnaryFunction function, String x) {
    DataType type = function == UnaryFunction.IS_NAN ? DataType.BOOL : out.type(x).type();
    return out.add(prefix + role, new Op.Unary(function), typed(x, type), x);
  }

  /** The second operand has one element, or the shape of the first but for axes of size 1. */
  String binary(String role, BinaryFunction function, String a, String b) {
    return out.add(prefix + role, new Op.Binary(function), out.type(a), a, b);
  }

  /** With a number that the type of x has. */
  String binary(String role, BinaryFunction function, String x, double number) {
    return binary(role, function, x, constant(role + "_operand", out.type(x).type(), number));
  }

  String limited(String role, String x, float low, float high) {
    Op.Unary clamp = new Op.Unary(UnaryFunction.CLAMP, low, high);
    return out.add(prefix + role, clamp, out.type(x), x);
  }

  String cast(String role, DataType type, String x) {
    return out.add(prefix + role, new Op.Cast(type, true), typed(x, type), x);
  }

  /**
   * The power of two at or below a number that is not negative; 0 of 0. Numbers are below {@code
   * 2^100} (float32), {@code 2^900} (float64). By Rump, Ogita, Oishi: Accurate floating-point
   * summation, part I (unit in the first place).
   */
  String powerOfTwo(String role, String x) {
    int bits = out.type(x).type() == DataType.DOUBLE ? DOUBLE_BITS : FLOAT_BITS;
    String high = binary(role + "_high", BinaryFunction.MUL, x, Math.scalb(1.0, bits - 1) + 1);
    String below = binary(role + "_below", BinaryFunction.MUL, high, 1 - Math.scalb(1.0, -bits));
    return binary(role, BinaryFunction.SUB, high, below);
  }

  /**
   * A number rounded to nearest-even to a minifloat with subnormal numbers, which holds it.
   *
   * @param bias of the exponent
   */
  String rounded(String role, String x, int mantissaBits, int bias) {
    String magnitude = unary(role + "_magnitude", UnaryFunction.ABS, x);
    String binade = powerOfTwo(role + "_binade", magnitude);
    double relative = Math.scalb(1.0, -mantissaBits);
    double least = Math.scalb(1.0, 1 - bias - mantissaBits);
    String normal = binary(role + "_normal_step", BinaryFunction.MUL, binade, relative);
    String step = binary(role + "_step", BinaryFunction.MAX, normal, least);
    String steps = binary(role + "_steps", BinaryFunction.DIV, x, step);
    String whole = unary(role + "_whole", UnaryFunction.ROUND, steps);
    return binary(role, BinaryFunction.MUL, whole, step);
  }

  private String constant(String role, DataType type, double number) {
    Tensor scalar = Tensor.zeros(type, Shape.SCALAR);
    if (type == DataType.DOUBLE) {
      scalar.data().set(Tensor.DOUBLE, 0, number);
    } else {
      scalar.data().set(Tensor.FLOAT, 0, (float) number);
    }
    return out.constant(prefix + role, scalar);
  }

  private TensorType typed(String x, DataType type) {
    return new TensorType(type, out.type(x).shape());
  }
}
