package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions of every element, comparisons, casts, and Max, Min, Sum and Mean of many tensors. */
final class ElementwiseOperators {
  private static final Map<UnaryFunction, Integer> UNARY_SINCE =
      Map.ofEntries(
          Map.entry(UnaryFunction.ABS, 6),
          Map.entry(UnaryFunction.ACOS, 7),
          Map.entry(UnaryFunction.ACOSH, 9),
          Map.entry(UnaryFunction.ASIN, 7),
          Map.entry(UnaryFunction.ASINH, 9),
          Map.entry(UnaryFunction.ATAN, 7),
          Map.entry(UnaryFunction.ATANH, 9),
          Map.entry(UnaryFunction.CEIL, 6),
          Map.entry(UnaryFunction.COS, 7),
          Map.entry(UnaryFunction.COSH, 9),
          Map.entry(UnaryFunction.ERF, 9),
          Map.entry(UnaryFunction.EXP, 6),
          Map.entry(UnaryFunction.FLOOR, 6),
          Map.entry(UnaryFunction.HARD_SWISH, 14),
          Map.entry(UnaryFunction.IS_NAN, 9),
          Map.entry(UnaryFunction.LOG, 6),
          Map.entry(UnaryFunction.MISH, 18),
          Map.entry(UnaryFunction.NEG, 6),
          Map.entry(UnaryFunction.NOT, 1),
          Map.entry(UnaryFunction.RECIPROCAL, 6),
          Map.entry(UnaryFunction.RELU, 6),
          Map.entry(UnaryFunction.ROUND, 11),
          Map.entry(UnaryFunction.SIGMOID, 6),
          Map.entry(UnaryFunction.SIGN, 9),
          Map.entry(UnaryFunction.SIN, 7),
          Map.entry(UnaryFunction.SINH, 9),
          Map.entry(UnaryFunction.SOFTPLUS, 1),
          Map.entry(UnaryFunction.SOFTSIGN, 1),
          Map.entry(UnaryFunction.SQRT, 6),
          Map.entry(UnaryFunction.TAN, 7),
          Map.entry(UnaryFunction.TANH, 6));

  private static final Map<BinaryFunction, Integer> BINARY_SINCE =
      Map.ofEntries(
          Map.entry(BinaryFunction.ADD, 7),
          Map.entry(BinaryFunction.AND, 7),
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
            withAlpha(UnaryFunction.ELU, 6, 1f),
            withAlpha(UnaryFunction.LEAKY_RELU, 6, 0.01f),
            withAlpha(UnaryFunction.THRESHOLDED_RELU, 10, 1f),
            op("HardSigmoid", 6, LAST_OPSET, 1, 1, ElementwiseOperators::hardSigmoid),
            op("Selu", 6, LAST_OPSET, 1, 1, ElementwiseOperators::selu),
            op("Gelu", 20, LAST_OPSET, 1, 1, ElementwiseOperators::gelu),
            op("Clip", 6, 10, 1, 1, ElementwiseOperators::clipToAttributes),
            op("Clip", 11, LAST_OPSET, 1, 3, n -> new Op.Clip()),
            op("Mod", 10, LAST_OPSET, 2, 2, ElementwiseOperators::mod),
            op("Where", 9, LAST_OPSET, 3, 3, n -> new Op.Where()),
            of("Max", 6, LAST_OPSET, 1, MANY, n -> chain(n, BinaryFunction.MAX)),
            of("Min", 6, LAST_OPSET, 1, MANY, n -> chain(n, BinaryFunction.MIN)),
            of("Sum", 6, LAST_OPSET, 1, MANY, n -> chain(n, BinaryFunction.ADD)),
            of("Mean", 6, LAST_OPSET, 1, MANY, ElementwiseOperators::mean)));
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
    return new Op.Unary(
        UnaryFunction.SELU,
        node.attributes().number("alpha", 1.67326319217681884765625f),
        node.attributes().number("gamma", 1.05070102214813232421875f));
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

  /** With {@code fmod} integers would take the sign of the dividend, which no kernel does. */
  private static Op.Binary mod(NodeImport node) {
    boolean fmod = node.attributes().flag("fmod", false);
    if (fmod
        && node.knowsElementType(node.input(0))
        && !node.elementType(node.input(0)).isFloating()) {
      throw node.unsupported("fmod of integers");
    }
    return new Op.Binary(BinaryFunction.MOD);
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
    Tensor divisor = Scalars.of(node, count, Shape.SCALAR);
    node.emit(new Op.Binary(BinaryFunction.DIV), List.of(sum, node.constant("count", divisor)));
  }
}
