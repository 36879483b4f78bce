package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import java.util.List;

/**
 * Products of quantized numbers whose sums are int32. They become products of float64, which holds
 * every such sum exactly, so that quantizing a network anew finds them as it finds others.
 */
final class IntegerProductOperators {
  private static final int ROWS = -2;
  private static final int COLUMNS = -1;

  static final List<OperatorVersion> ALL =
      List.of(
          of("MatMulInteger", 10, LAST_OPSET, 2, 4, IntegerProductOperators::matMul),
          of("ConvInteger", 10, LAST_OPSET, 2, 4, IntegerProductOperators::conv),
          of("MatMulIntegerToFloat", 1, 1, 4, 7, IntegerProductOperators::matMulToFloat)
              .inDomain(OperatorTable.MICROSOFT),
          of("DynamicQuantizeMatMul", 1, 1, 3, 5, IntegerProductOperators::dynamicMatMul)
              .inDomain(OperatorTable.MICROSOFT));

  private IntegerProductOperators() {}

  /** Inputs a, b, zero points of a (per row) and b (per column). */
  private static void matMul(NodeImport node) {
    toInt32(node, product(node, node.input(0), node.input(1), node.input(2), node.input(3)));
  }

  private static String product(NodeImport node, String a, String b, String zeroA, String zeroB) {
    String left = CodedValues.shifted(node, "a", a, zeroA, ROWS);
    String right = CodedValues.shifted(node, "b", b, zeroB, COLUMNS);
    return node.add("sums", new Op.MatMul(false), left, right);
  }

  /** Inputs x, w, zero points of x and w (per output channel); padding stands for zero. */
  private static void conv(NodeImport node) {
    Op.Conv op = new Op.Conv(Windows.read(node), ConvolutionOperators.group(node));
    String x = CodedValues.shifted(node, "x", node.input(0), node.input(2), 0);
    String w = CodedValues.shifted(node, "w", node.input(1), node.input(3), 0);
    toInt32(node, node.add("sums", op, x, w));
  }

  /** Sums beyond int32 wrap around: the low bits of an exact int64. */
  private static void toInt32(NodeImport node, String sums) {
    String wide = CodedValues.cast(node, "int64", sums, DataType.INT64);
    node.declare(node.output(), DataType.INT32);
    node.emit(new Op.Cast(DataType.INT32, true), List.of(wide));
  }

  /** Inputs a, b, scales and zero points of both, bias. */
  private static void matMulToFloat(NodeImport node) {
    String sums = product(node, node.input(0), node.input(1), node.input(4), node.input(5));
    String scale = CodedValues.product(node, "scale", node.input(2), node.input(3));
    scaled(node, sums, scale, node.input(6));
  }

  /** Inputs a (float32), b, scale and zero point of b, bias. */
  private static void dynamicMatMul(NodeImport node) {
    DynamicCodes a = DynamicCodes.of(node, node.input(0));
    String sums = product(node, a.codes(), node.input(1), a.zeroPoint(), node.input(3));
    String scale = CodedValues.product(node, "scale", a.scale(), node.input(2));
    scaled(node, sums, scale, node.input(4));
  }

  /** {@code float32(sums) * scale + bias}. */
  private static void scaled(NodeImport node, String sums, String scale, String bias) {
    String numbers = CodedValues.cast(node, "float32", sums, DataType.FLOAT);
    node.declare(node.output(), DataType.FLOAT);
    Op.Binary multiply = new Op.Binary(BinaryFunction.MUL);
    if (bias.isEmpty()) {
      node.emit(multiply, List.of(numbers, scale));
      return;
    }
    String product = CodedValues.product(node, "scaled", numbers, scale);
    node.emit(new Op.Binary(BinaryFunction.ADD), List.of(product, bias));
  }

  /** The results of a DynamicQuantizeLinear. */
  private record DynamicCodes(String codes, String scale, String zeroPoint) {
    static DynamicCodes of(NodeImport node, String x) {
      List<String> values = node.addAll("dynamic", new Op.DynamicQuantizeLinear(), 3, x);
      node.declare(values.get(0), DataType.UINT8);
      node.declare(values.get(1), DataType.FLOAT);
      node.declare(values.get(2), DataType.UINT8);
      return new DynamicCodes(values.get(0), values.get(1), values.get(2));
    }
  }
}
