package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Operators on quantized numbers ({@code QLinear...}): ONNX's, and those of ONNX Runtime's domain
 * that its quantizer writes. Each becomes the operator on the numbers that the codes stand for,
 * between DequantizeLinear and QuantizeLinear. Sums are rounded in float32 where ONNX Runtime's are
 * integers, so that a code may differ by one.
 */
final class QuantizedLayerOperators {
  static final List<OperatorVersion> ALL = list();

  private QuantizedLayerOperators() {}

  private static List<OperatorVersion> list() {
    List<OperatorVersion> all = new ArrayList<>();
    all.add(of("QLinearConv", 10, LAST_OPSET, 8, 9, QuantizedLayerOperators::conv));
    all.add(of("QLinearMatMul", 10, LAST_OPSET, 8, 8, QuantizedLayerOperators::matMul));
    List.of(
            of("QGemm", 1, 1, 6, 9, QuantizedLayerOperators::gemm),
            of("QLinearAdd", 1, 1, 7, 8, n -> binary(n, BinaryFunction.ADD)),
            of("QLinearMul", 1, 1, 7, 8, n -> binary(n, BinaryFunction.MUL)),
            of("QLinearWhere", 1, 1, 9, 9, QuantizedLayerOperators::where),
            of("QLinearConcat", 1, 1, 5, OperatorVersion.MANY, QuantizedLayerOperators::concat),
            of("QLinearSigmoid", 1, 1, 4, 5, n -> unary(n, new Op.Unary(UnaryFunction.SIGMOID))),
            of("QLinearLeakyRelu", 1, 1, 4, 5, n -> unary(n, leakyRelu(n))),
            of("QLinearSoftmax", 1, 1, 5, 5, n -> unary(n, softmax(n))),
            of("QLinearAveragePool", 1, 1, 4, 5, n -> pool(n, ConvolutionOperators.averagePool(n))),
            of("QLinearGlobalAveragePool", 1, 1, 5, 5, n -> pool(n, new Op.GlobalPool(false))))
        .forEach(version -> all.add(version.inDomain(OperatorTable.MICROSOFT)));
    return List.copyOf(all);
  }

  /** Inputs x, w (each with scale and zero point), scale and zero point of y, bias (int32). */
  private static void conv(NodeImport node) {
    Op.Conv op = new Op.Conv(Windows.read(node), ConvolutionOperators.group(node));
    List<String> inputs = new ArrayList<>();
    inputs.add(dequantize(node, "x", 0, 0));
    inputs.add(dequantize(node, "w", 3, 0));
    if (node.hasInput(8)) {
      inputs.add(bias(node, node.input(8), node.input(1), node.input(4)));
    }
    String y = typed(node, "conv", op, inputs);
    CodedValues.quantize(node, y, CodedValues.parameters(node, 6, 7), type(node, 0));
  }

  /** Codes in steps of {@code scaleX * scaleW}. */
  private static String bias(NodeImport node, String codes, String scaleX, String scaleW) {
    String scale = CodedValues.product(node, "bias_scale", scaleX, scaleW);
    String numbers = CodedValues.cast(node, "bias_codes", codes, DataType.FLOAT);
    return CodedValues.product(node, "bias", numbers, scale);
  }

  private static void matMul(NodeImport node) {
    String a = dequantize(node, "a", 0, -2);
    String b = dequantize(node, "b", 3, -1);
    String y = typed(node, "matmul", new Op.MatMul(false), List.of(a, b));
    CodedValues.quantize(node, y, CodedValues.parameters(node, 6, 7), type(node, 0));
  }

  /** Inputs a, b (each with scale and zero point), c (int32)?, scale and zero point of y?. */
  private static void gemm(NodeImport node) {
    float alpha = node.attributes().number("alpha", 1);
    boolean transB = node.attributes().flag("transB", false);
    Op.Gemm op = new Op.Gemm(alpha, alpha, node.attributes().flag("transA", false), transB);
    List<String> inputs = new ArrayList<>();
    inputs.add(dequantize(node, "a", 0, 0));
    inputs.add(dequantize(node, "b", 3, transB ? 0 : 1));
    if (node.hasInput(6)) {
      inputs.add(bias(node, node.input(6), node.input(1), node.input(4)));
    }
    if (!node.hasInput(7)) {
      node.declare(node.output(), DataType.FLOAT);
      node.emit(op, inputs);
      return;
    }
    String y = typed(node, "gemm", op, inputs);
    CodedValues.quantize(node, y, CodedValues.parameters(node, 7, 8), type(node, 0));
  }

  private static void binary(NodeImport node, BinaryFunction function) {
    String a = dequantize(node, "a", 0, 0);
    String b = dequantize(node, "b", 3, 0);
    String y = typed(node, "result", new Op.Binary(function), List.of(a, b));
    CodedValues.quantize(node, y, CodedValues.parameters(node, 6, 7), type(node, 0));
  }

  /** Inputs condition, x and y (each with scale and zero point), scale and zero point of z. */
  private static void where(NodeImport node) {
    String x = dequantize(node, "x", 1, 0);
    String y = dequantize(node, "y", 4, 0);
    String z = typed(node, "result", new Op.Where(), List.of(node.input(0), x, y));
    CodedValues.quantize(node, z, CodedValues.parameters(node, 7, 8), type(node, 1));
  }

  /** Inputs scale and zero point of y, then each tensor with its own. */
  private static void concat(NodeImport node) {
    if (node.inputs().size() % 3 != 2) {
      throw node.error("has %d inputs, not 2 and 3 per tensor".formatted(node.inputs().size()));
    }
    List<String> parts = new ArrayList<>();
    for (int i = 2; i < node.inputs().size(); i += 3) {
      parts.add(dequantize(node, "x" + parts.size(), i, 0));
    }
    Op.Concat op = new Op.Concat(node.attributes().integer("axis"));
    String y = typed(node, "result", op, parts);
    CodedValues.quantize(node, y, CodedValues.parameters(node, 0, 1), type(node, 2));
  }

  private static void unary(NodeImport node, Op op) {
    around(node, x -> typed(node, "result", op, List.of(x)));
  }

  private static void pool(NodeImport node, Op op) {
    boolean channelsLast = node.attributes().flag("channels_last", false);
    if (!channelsLast) {
      unary(node, op);
      return;
    }
    int rank = spatialRank(op) + 2;
    around(
        node,
        x -> {
          String first = typed(node, "nchw", new Op.Transpose(channelsFirst(rank)), List.of(x));
          String y = typed(node, "result", op, List.of(first));
          return typed(node, "nhwc", new Op.Transpose(channelsLast(rank)), List.of(y));
        });
  }

  /** Inputs x, its scale and zero point, and those of y. */
  private static void around(NodeImport node, UnaryOperator<String> function) {
    String y = function.apply(dequantize(node, "x", 0, 0));
    CodedValues.quantize(node, y, CodedValues.parameters(node, 3, 4), type(node, 0));
  }

  private static int spatialRank(Op op) {
    if (op instanceof Op.AveragePool pool) {
      return pool.window().kernel().size();
    }
    // GlobalAveragePool has no attribute that tells; images have two axes.
    return 2;
  }

  private static List<Integer> channelsFirst(int rank) {
    List<Integer> perm = new ArrayList<>(List.of(0, rank - 1));
    for (int i = 1; i < rank - 1; i++) {
      perm.add(i);
    }
    return perm;
  }

  private static List<Integer> channelsLast(int rank) {
    List<Integer> perm = new ArrayList<>(Collections.nCopies(1, 0));
    for (int i = 2; i < rank; i++) {
      perm.add(i);
    }
    perm.add(1);
    return perm;
  }

  private static Op leakyRelu(NodeImport node) {
    float alpha = node.attributes().number("alpha", 0.01f);
    return new Op.Unary(UnaryFunction.LEAKY_RELU, alpha, 0);
  }

  /** Before opset 13, which an attribute tells, Softmax was over all axes from the given one on. */
  private static Op softmax(NodeImport node) {
    boolean toEnd = node.attributes().integer("opset", LAST_OPSET) < 13;
    int axis = node.attributes().integer("axis", toEnd ? 1 : -1);
    return new Op.Softmax(axis, toEnd, false);
  }

  /** The input at a position, behind which its scale and zero point are. */
  private static String dequantize(NodeImport node, String suffix, int position, int axis) {
    List<String> parameters = CodedValues.parameters(node, position + 1, position + 2);
    return CodedValues.dequantize(node, suffix, node.input(position), parameters, axis);
  }

  private static String typed(NodeImport node, String suffix, Op op, List<String> inputs) {
    return CodedValues.typed(node, suffix, DataType.FLOAT, op, inputs.toArray(String[]::new));
  }

  private static DataType type(NodeImport node, int input) {
    String value = node.input(input);
    return node.knowsElementType(value) ? node.elementType(value) : DataType.UINT8;
  }
}
