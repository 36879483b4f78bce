package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Forms of operators that opset 7 and others before it ended, and the experimental operators of the
 * first opsets, which old converters wrote and ONNX Runtime still reads.
 */
final class LegacyOperators {
  static final List<OperatorVersion> ALL = all();

  private LegacyOperators() {}

  private static List<OperatorVersion> all() {
    List<OperatorVersion> all = new ArrayList<>();
    for (BinaryFunction function :
        List.of(
            BinaryFunction.ADD,
            BinaryFunction.AND,
            BinaryFunction.DIV,
            BinaryFunction.EQUAL,
            BinaryFunction.GREATER,
            BinaryFunction.LESS,
            BinaryFunction.MUL,
            BinaryFunction.OR,
            BinaryFunction.POW,
            BinaryFunction.SUB,
            BinaryFunction.XOR)) {
      all.add(of(function.onnxName(), 1, 6, 2, 2, n -> LegacyBroadcast.convert(n, function)));
    }
    all.addAll(
        List.of(
            of("PRelu", 1, 6, 2, 2, LegacyBroadcast::slopes),
            op("Gemm", 1, 6, 3, 3, LegacyOperators::gemm),
            op("Cast", 1, 5, 1, 1, LegacyOperators::castToName),
            op("Concat", 1, 3, 1, MANY, n -> new Op.Concat(n.attributes().integer("axis", 1))),
            of("Reshape", 1, 4, 1, 1, LegacyOperators::reshapeToAttribute),
            of("Split", 1, 1, 1, 2, LegacyOperators::split).withOutputs(MANY),
            of("Affine", 1, LAST_OPSET, 1, 1, LegacyOperators::affine),
            of("Crop", 1, LAST_OPSET, 1, 1, LegacyOperators::crop),
            of("GivenTensorFill", 1, LAST_OPSET, 0, 0, LegacyOperators::givenTensorFill),
            of("ImageScaler", 1, LAST_OPSET, 1, 1, LegacyOperators::imageScaler),
            of("ParametricSoftplus", 1, LAST_OPSET, 1, 1, n -> scaled(n, UnaryFunction.SOFTPLUS)),
            of("Scale", 1, LAST_OPSET, 1, 1, LegacyOperators::scale),
            of("ScaledTanh", 1, LAST_OPSET, 1, 1, n -> scaled(n, UnaryFunction.TANH))));
    return List.copyOf(all);
  }

  private static Op.Gemm gemm(NodeImport node) {
    node.attributes().ignore("broadcast");
    return MatrixOperators.gemm(node);
  }

  private static Op.Cast castToName(NodeImport node) {
    String name = node.attributes().string("to", "");
    for (DataType type : DataType.values()) {
      if (type.name().equals(name)) {
        node.declare(node.output(), type);
        return new Op.Cast(type, true);
      }
    }
    throw node.unsupported("to is \"" + Text.shorten(name) + "\"");
  }

  private static void reshapeToAttribute(NodeImport node) {
    String shape = node.constant("shape", node.attributes().longs("shape"));
    node.emit(new Op.Reshape(false), List.of(node.input(0), shape));
  }

  private static void split(NodeImport node) {
    if (node.hasInput(1)) {
      node.emit(new Op.Split(node.attributes().integer("axis", 0)));
    } else {
      ShapeOperators.splitByAttribute(node);
    }
  }

  private static void affine(NodeImport node) {
    Attributes attributes = node.attributes();
    String beta = scalar(node, "beta", attributes.number("beta", 0));
    String product = times(node, node.input(0), "alpha", attributes.number("alpha", 1));
    node.emit(new Op.Binary(BinaryFunction.ADD), List.of(product, beta));
  }

  private static void scale(NodeImport node) {
    String factor = scalar(node, "scale", node.attributes().number("scale", 1));
    node.emit(new Op.Binary(BinaryFunction.MUL), List.of(node.input(0), factor));
  }

  /** {@code alpha * f(beta * x)}. */
  private static void scaled(NodeImport node, UnaryFunction function) {
    Attributes attributes = node.attributes();
    String alpha = scalar(node, "alpha", attributes.number("alpha", 1));
    String x = times(node, node.input(0), "beta", attributes.number("beta", 1));
    String value = node.add("value", new Op.Unary(function), x);
    node.emit(new Op.Binary(BinaryFunction.MUL), List.of(value, alpha));
  }

  /** {@code scale * x + bias}, the bias per channel. */
  private static void imageScaler(NodeImport node) {
    float[] bias = node.attributes().numbers("bias");
    Tensor channels = Tensor.ofFloats(Shape.of(bias.length, 1, 1), bias);
    String product = times(node, node.input(0), "scale", node.attributes().number("scale", 1));
    node.emit(new Op.Binary(BinaryFunction.ADD), List.of(product, node.constant("bias", channels)));
  }

  /** Takes off a border (left, top, right, bottom), or all but a part of a given size. */
  private static void crop(NodeImport node) {
    List<Integer> border = node.attributes().integers("border");
    List<Integer> size = node.attributes().integers("scale");
    if (border.size() != 4 || (!size.isEmpty() && size.size() != 2)) {
      throw node.error("border has %d entries, scale %d".formatted(border.size(), size.size()));
    }
    if (border.stream().anyMatch(b -> b < 0)) {
      throw node.error("border is " + border);
    }
    long left = border.get(0);
    long top = border.get(1);
    long right = size.isEmpty() ? fromEnd(border.get(2)) : left + size.get(1);
    long bottom = size.isEmpty() ? fromEnd(border.get(3)) : top + size.get(0);
    String starts = node.constant("starts", top, left);
    String ends = node.constant("ends", bottom, right);
    String axes = node.constant("axes", 2L, 3L);
    node.emit(new Op.Slice(), List.of(node.input(0), starts, ends, axes));
  }

  private static long fromEnd(int border) {
    return border == 0 ? Long.MAX_VALUE : -(long) border;
  }

  private static void givenTensorFill(NodeImport node) {
    node.attributes().ignore("input_as_shape");
    float[] values = node.attributes().numbers("values");
    Shape shape;
    try {
      shape = Shape.of(node.attributes().longs("shape"));
    } catch (IllegalArgumentException e) {
      throw node.error(String.valueOf(e.getMessage()));
    }
    if (shape.elements() != values.length || node.attributes().has("extra_shape")) {
      throw node.error("has %d values, not those of its shape".formatted(values.length));
    }
    node.define(Tensor.ofFloats(shape, values));
  }

  private static String times(NodeImport node, String x, String name, float factor) {
    return factor == 1
        ? x
        : node.add("product", new Op.Binary(BinaryFunction.MUL), x, scalar(node, name, factor));
  }

  private static String scalar(NodeImport node, String name, float value) {
    return node.constant(name, Scalars.of(node, value));
  }
}
