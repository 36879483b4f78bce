package fp8sim.onnx;

import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.QuantRounding;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** QONNX's operators, in which Brevitas and others write quantizers of any width. */
final class QonnxOperators {
  static final String DOMAIN = "qonnx.custom_op.general";

  private static final int MAX_BITS = 32;
  private static final int MAX_EXPONENT_BITS = 8;
  private static final int MAX_MANTISSA_BITS = 23;

  static final List<OperatorVersion> ALL =
      List.of(
          of("Quant", 1, 2, 4, 4, QonnxOperators::quant).inDomain(DOMAIN),
          of("IntQuant", 1, 2, 4, 4, QonnxOperators::quant).inDomain(DOMAIN),
          of("BipolarQuant", 1, 2, 2, 2, QonnxOperators::bipolar).inDomain(DOMAIN),
          of("FloatQuant", 1, 2, 6, 6, QonnxOperators::floatQuant).inDomain(DOMAIN));

  private QonnxOperators() {}

  private static void quant(NodeImport node) {
    int bits = width(node, 3, "bit width", 1, MAX_BITS);
    boolean signed = node.attributes().flag("signed", true);
    boolean narrow = node.attributes().flag("narrow", false);
    QuantRounding rounding = rounding(node);
    if (bits == 1 && signed) {
      throw node.unsupported("signed integers of 1 bit; QONNX has BipolarQuant for them");
    }
    String zero = asFloats(node, 2, "zero");
    node.emit(
        new Op.Quant(signed, narrow, bits, rounding),
        List.of(node.input(0), asFloats(node, 1, "scale"), zero));
  }

  /** {@code x >= 0 ? scale : -scale}. */
  private static void bipolar(NodeImport node) {
    String scale = asFloats(node, 1, "scale");
    String none = node.constant("none", Tensor.ofFloats(Shape.SCALAR, 0));
    String one = node.constant("one", Tensor.ofFloats(Shape.SCALAR, 1));
    String minusOne = node.constant("minus_one", Tensor.ofFloats(Shape.SCALAR, -1));
    Op.Binary greater = new Op.Binary(BinaryFunction.GREATER_OR_EQUAL);
    String above = node.add("above", greater, node.input(0), none);
    node.declare(above, DataType.BOOL);
    String sign = node.add("sign", new Op.Where(), above, one, minusOne);
    node.declare(sign, DataType.FLOAT);
    node.emit(new Op.Binary(BinaryFunction.MUL), List.of(sign, scale));
  }

  /** What is said about special codes is for hardware: the largest value is an input. */
  private static void floatQuant(NodeImport node) {
    int exponentBits = width(node, 2, "exponent bit width", 0, MAX_EXPONENT_BITS);
    int mantissaBits = width(node, 3, "mantissa bit width", 0, MAX_MANTISSA_BITS);
    node.attributes().ignore("has_inf", "has_infinity", "has_nan", "has_subnormal", "signed");
    if (!node.attributes().flag("saturation", true)) {
      throw node.unsupported("saturation = 0");
    }
    node.emit(
        new Op.FloatQuant(exponentBits, mantissaBits, rounding(node)),
        List.of(
            node.input(0),
            asFloats(node, 1, "scale"),
            asFloats(node, 4, "bias"),
            asFloats(node, 5, "max")));
  }

  private static QuantRounding rounding(NodeImport node) {
    String mode = node.attributes().string("rounding_mode", "ROUND").toUpperCase(Locale.ROOT);
    for (QuantRounding rounding : QuantRounding.values()) {
      if (rounding.name().equals(mode)
          || (mode.equals("HALF_EVEN") && rounding == QuantRounding.ROUND)) {
        return rounding;
      }
    }
    throw node.unsupported("rounding_mode = " + Text.shorten(mode));
  }

  /** A number of bits: a constant of one element. */
  private static int width(NodeImport node, int input, String what, int least, int most) {
    Tensor constant = node.constantInput(input);
    if (constant == null || constant.shape().elements() != 1 || constant.type().isSmallFloat()) {
      throw node.unsupported("a " + what + " that is no constant of one element");
    }
    float bits = Conversion.toFloats(constant)[0];
    if (bits != Math.rint(bits) || bits < least || bits > most) {
      throw node.error("its %s is %s, not %d to %d".formatted(what, bits, least, most));
    }
    return (int) bits;
  }

  /** A parameter in float32; integers are allowed for convenience. */
  private static String asFloats(NodeImport node, int input, String suffix) {
    String name = node.input(input);
    Tensor constant = node.constantInput(input);
    if (constant != null && constant.type() != DataType.FLOAT && !constant.type().isSmallFloat()) {
      return node.constant(suffix, Conversion.convert(constant, DataType.FLOAT));
    }
    if (node.knowsElementType(name) && node.elementType(name) != DataType.FLOAT) {
      String cast = node.add(suffix, new Op.Cast(DataType.FLOAT, true), name);
      node.declare(cast, DataType.FLOAT);
      return cast;
    }
    return name;
  }
}
