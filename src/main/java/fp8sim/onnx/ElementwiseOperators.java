package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions of every element, comparisons, casts, and Max, Min, Sum and Mean of many tensors. */
final class ElementwiseOperators {
  private static final Map<UnaryFunction, Integer> UNARY_SINCE =
      Map.ofEntries(
          Map.entry(UnaryFunction.ABS, 1),
          Map.entry(UnaryFunction.ACOS, 7),
          Map.entry(UnaryFunction.ACOSH, 9),
          Map.entry(UnaryFunction.ASIN, 7),
          Map.entry(UnaryFunction.ASINH, 9),
          Map.entry(UnaryFunction.ATAN, 7),
          Map.entry(UnaryFunction.ATANH, 9),
          Map.entry(UnaryFunction.BITWISE_NOT, 18),
          Map.entry(UnaryFunction.CEIL, 1),
          Map.entry(UnaryFunction.COS, 7),
          Map.entry(UnaryFunction.COSH, 9),
          Map.entry(UnaryFunction.ERF, 9),
          Map.entry(UnaryFunction.EXP, 1),
          Map.entry(UnaryFunction.FLOOR, 1),
          Map.entry(UnaryFunction.HARD_SWISH, 14),
          Map.entry(UnaryFunction.IS_NAN, 9),
          Map.entry(UnaryFunction.LOG, 1),
          Map.entry(UnaryFunction.MISH, 18),
          Map.entry(UnaryFunction.NEG, 1),
          Map.entry(UnaryFunction.NOT, 1),
          Map.entry(UnaryFunction.RECIPROCAL, 1),
          Map.entry(UnaryFunction.RELU, 1),
          Map.entry(UnaryFunction.ROUND, 11),
          Map.entry(UnaryFunction.SIGMOID, 1),
          Map.entry(UnaryFunction.SIGN, 9),
          Map.entry(UnaryFunction.SIN, 7),
          Map.entry(UnaryFunction.SINH, 9),
          Map.entry(UnaryFunction.SOFTPLUS, 1),
          Map.entry(UnaryFunction.SOFTSIGN, 1),
          Map.entry(UnaryFunction.SQRT, 1),
          Map.entry(UnaryFunction.TAN, 7),
          Map.entry(UnaryFunction.TANH, 1));

  private static final Map<BinaryFunction, Integer> BINARY_SINCE =
      Map.ofEntries(
          Map.entry(BinaryFunction.ADD, 7),
          Map.entry(BinaryFunction.AND, 7),
          Map.entry(BinaryFunction.BITWISE_AND, 18),
          Map.entry(BinaryFunction.BITWISE_OR, 18),
          Map.entry(BinaryFunction.BITWISE_XOR, 18),
          Map.entry(BinaryFunction.DIV, 7),
          Map.entry(BinaryFunction.EQUAL, 7),
          Map.entry(BinaryFunction.GREATER, 7),
          Map.entry(BinaryFunction.GREATER_OR_EQUAL, 12),
          Map.entry(BinaryFunction.LESS, 7),
          Map.entry(BinaryFunction.LESS_OR_EQUAL, 12),
          Map.entry(BinaryFunction.MUL, 7),
          Map.entry(BinaryFunction.OR, 7),
          Map.entry(BinaryFunction.POW, 7),
          Map.entry(BinaryFunction.PRELU, 7),
          Map.entry(BinaryFunction.SUB, 7),
          Map.entry(BinaryFunction.XOR, 7));

  static final List<OperatorVersion> ALL = all();

  private ElementwiseOperators() {}

  private static List<OperatorVersion> all() {
    List<OperatorVersion> all = new ArrayList<>();
    UNARY_SINCE.forEach(
        (function, since) ->
            all.add(op(function.onnxName(), since, LAST_OPSET, 1, 1, n -> new Op.Unary(function))));
    BINARY_SINCE.forEach(
        (function, since) ->
            all.add(
                op(function.onnxName(), since, LAST_OPSET, 2, 2, n -> new Op.Binary(function))));
    all.addAll(
        List.of(
            withAlpha(UnaryFunction.CELU, 12, 1f),
            withAlpha(UnaryFunction.ELU, 1, 1f),
            withAlpha(UnaryFunction.LEAKY_RELU, 1, 0.01f),
            withAlpha(UnaryFunction.THRESHOLDED_RELU, 1, 1f),
            op("HardSigmoid", 1, LAST_OPSET, 1, 1, ElementwiseOperators::hardSigmoid),
            op("Selu", 1, 5, 1, 1, n -> selu(n, 1.6732f, 1.0507f)),
            op("Selu", 6, LAST_OPSET, 1, 1, ElementwiseOperators::selu),
            op("Gelu", 20, LAST_OPSET, 1, 1, ElementwiseOperators::gelu),
            op("Clip", 1, 10, 1, 1, ElementwiseOperators::clipToAttributes),
            op("Clip", 11, LAST_OPSET, 1, 3, n -> new Op.Clip()),
            op("BitShift", 11, LAST_OPSET, 2, 2, ElementwiseOperators::bitShift),
            op("IsInf", 10, LAST_OPSET, 1, 1, ElementwiseOperators::isInf),
            op("Shrink", 9, LAST_OPSET, 1, 1, ElementwiseOperators::shrink),
            op("Mod", 10, LAST_OPSET, 2, 2, ElementwiseOperators::mod),
            op("Where", 9, LAST_OPSET, 3, 3, n -> new Op.Where()),
            of("Max", 1, LAST_OPSET, 1, MANY, n -> chain(n, BinaryFunction.MAX)),
            of("Min", 1, LAST_OPSET, 1, MANY, n -> chain(n, BinaryFunction.MIN)),
            of("Sum", 1, LAST_OPSET, 1, MANY, n -> chain(n, BinaryFunction.ADD)),
            of("Mean", 1, LAST_OPSET, 1, MANY, ElementwiseOperators::mean)));
    return List.copyOf(all);
  }

  private static OperatorVersion withAlpha(UnaryFunction function, int since, float defaultAlpha) {
    return op(
        function.onnxName(),
        since,
        LAST_OPSET,
        1,
        1,
        n -> new Op.Unary(function, n.attributes().number("alpha", defaultAlpha), 0));
  }

  private static Op.Unary hardSigmoid(NodeImport node) {
    return new Op.Unary(
        UnaryFunction.HARD_SIGMOID,
        node.attributes().number("alpha", 0.2f),
        node.attributes().number("beta", 0.5f));
  }

  private static Op.Unary selu(NodeImport node) {
    return selu(node, 1.67326319217681884765625f, 1.05070102214813232421875f);
  }

  private static Op.Unary selu(NodeImport node, float defaultAlpha, float defaultGamma) {
    return new Op.Unary(
        UnaryFunction.SELU,
        node.attributes().number("alpha", defaultAlpha),
        node.attributes().number("gamma", defaultGamma));
  }

  private static Op.Unary gelu(NodeImport node) {
    String approximate = node.attributes().string("approximate", "none");
    return switch (approximate) {
      case "none" -> new Op.Unary(UnaryFunction.GELU);
      case "tanh" -> new Op.Unary(UnaryFunction.GELU_TANH);
      default -> throw node.unsupported("approximate = " + Text.shorten(approximate));
    };
  }

  private static Op.Unary clipToAttributes(NodeImport node) {
    return new Op.Unary(
        UnaryFunction.CLAMP,
        node.attributes().number("min", -Float.MAX_VALUE),
        node.attributes().number("max", Float.MAX_VALUE));
  }

  private static Op.Binary mod(NodeImport node) {
    boolean fmod = node.attributes().flag("fmod", false);
    return new Op.Binary(fmod ? BinaryFunction.FMOD : BinaryFunction.MOD);
  }

  private static Op.Binary bitShift(NodeImport node) {
    String direction = node.attributes().string("direction", "");
    return switch (direction) {
      case "LEFT" -> new Op.Binary(BinaryFunction.BIT_SHIFT_LEFT);
      case "RIGHT" -> new Op.Binary(BinaryFunction.BIT_SHIFT_RIGHT);
      default -> throw node.error("direction is \"" + Text.shorten(direction) + "\"");
    };
  }

  private static Op.Unary isInf(NodeImport node) {
    Attributes attributes = node.attributes();
    return new Op.Unary(
        UnaryFunction.IS_INF,
        attributes.flag("detect_negative", true) ? 1 : 0,
        attributes.flag("detect_positive", true) ? 1 : 0);
  }

  private static Op.Unary shrink(NodeImport node) {
    Attributes attributes = node.attributes();
    return new Op.Unary(
        UnaryFunction.SHRINK, attributes.number("lambd", 0.5f), attributes.number("bias", 0));
  }

  private static void chain(NodeImport node, BinaryFunction function) {
    if (node.inputs().size() == 1) {
      node.emit(new Op.Identity());
      return;
    }
    node.emit(new Op.Binary(function), List.of(allButLast(node, function), lastInput(node)));
  }

  private static String lastInput(NodeImport node) {
    return node.input(node.inputs().size() - 1);
  }

  private static String allButLast(NodeImport node, BinaryFunction function) {
    String value = node.input(0);
    for (int i = 1; i < node.inputs().size() - 1; i++) {
      value = node.add(String.valueOf(i), new Op.Binary(function), value, node.input(i));
    }
    return value;
  }

  private static void mean(NodeImport node) {
    int count = node.inputs().size();
    if (count == 1) {
      node.emit(new Op.Identity());
      return;
    }
    Op.Binary add = new Op.Binary(BinaryFunction.ADD);
    String sum = node.add("sum", add, allButLast(node, BinaryFunction.ADD), lastInput(node));
    Tensor divisor = Scalars.of(node, count);
    node.emit(new Op.Binary(BinaryFunction.DIV), List.of(sum, node.constant("count", divisor)));
  }
}
