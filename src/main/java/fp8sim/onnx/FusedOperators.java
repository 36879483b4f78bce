package fp8sim.onnx;

import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import java.util.ArrayList;
import java.util.List;

/** Products with what ONNX Runtime's optimizer has put into them; taken apart again. */
final class FusedOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("FusedConv", 1, 1, 2, 4, FusedOperators::conv).inDomain(OperatorTable.MICROSOFT),
          of("FusedGemm", 1, 1, 2, 3, FusedOperators::gemm).inDomain(OperatorTable.MICROSOFT),
          of("FusedMatMul", 1, 1, 2, 2, FusedOperators::matMul).inDomain(OperatorTable.MICROSOFT));

  private FusedOperators() {}

  /** Inputs x, w, bias?, and a tensor to add before the activation function?. */
  private static void conv(NodeImport node) {
    Op.Conv op = new Op.Conv(Windows.read(node), ConvolutionOperators.group(node));
    float[] given = node.attributes().numbers("activation_params");
    List<String> inputs = new ArrayList<>(List.of(node.input(0), node.input(1)));
    if (node.hasInput(2)) {
      inputs.add(node.input(2));
    }
    String y = node.add("conv", op, inputs.toArray(String[]::new));
    if (node.hasInput(3)) {
      y = node.add("sum", new Op.Binary(BinaryFunction.ADD), y, node.input(3));
    }
    activate(node, y, node.attributes().string("activation", ""), given);
  }

  private static void gemm(NodeImport node) {
    Attributes attributes = node.attributes();
    Op.Gemm op = MatrixOperators.gemm(node);
    float[] given = {
      attributes.number("activation_alpha", 0.01f), attributes.number("activation_beta", 0)
    };
    attributes.ignore("activation_gamma");
    String y = node.add("gemm", op, node.inputs().toArray(String[]::new));
    activate(node, y, attributes.string("activation", ""), given);
  }

  private static void activate(NodeImport node, String x, String name, float[] given) {
    node.emit(activation(node, name, given), List.of(x));
  }

  private static Op activation(NodeImport node, String name, float[] given) {
    return switch (name) {
      case "" -> new Op.Identity();
      case "Relu" -> new Op.Unary(UnaryFunction.RELU);
      case "Sigmoid" -> new Op.Unary(UnaryFunction.SIGMOID);
      case "Tanh" -> new Op.Unary(UnaryFunction.TANH);
      case "HardSwish" -> new Op.Unary(UnaryFunction.HARD_SWISH);
      case "LeakyRelu" -> withParameters(node, UnaryFunction.LEAKY_RELU, 1, given);
      case "Clip" -> withParameters(node, UnaryFunction.CLAMP, 2, given);
      case "HardSigmoid" -> withParameters(node, UnaryFunction.HARD_SIGMOID, 2, given);
      default -> throw node.unsupported("activation = " + Text.shorten(name));
    };
  }

  private static Op withParameters(
      NodeImport node, UnaryFunction function, int needed, float[] given) {
    if (given.length < needed) {
      throw node.error(
          "its activation %s needs %d parameters, not %d"
              .formatted(function.onnxName(), needed, given.length));
    }
    return new Op.Unary(function, given[0], needed > 1 ? given[1] : 0);
  }

  /** {@code alpha * A B}; transA and transB exchange the last two axes. */
  private static void matMul(NodeImport node) {
    Attributes attributes = node.attributes();
    float alpha = attributes.number("alpha", 1);
    if (attributes.flag("transBatchA", false) || attributes.flag("transBatchB", false)) {
      throw node.unsupported("transBatchA or transBatchB");
    }
    String a = attributes.flag("transA", false) ? transposed(node, 0) : node.input(0);
    boolean transB = attributes.flag("transB", false);
    boolean isWeight = node.constantInput(1) != null;
    String b = transB && isWeight ? transposed(node, 1) : node.input(1);
    Op.MatMul product = new Op.MatMul(transB && !isWeight);
    if (alpha == 1) {
      node.emit(product, List.of(a, b));
      return;
    }
    String y = node.add("product", product, a, b);
    String factor = node.constant("alpha", Scalars.of(node, alpha));
    node.emit(new Op.Binary(BinaryFunction.MUL), List.of(y, factor));
  }

  private static String transposed(NodeImport node, int input) {
    return node.add("operand" + input, new Op.Einsum("...ij->...ji"), node.input(input));
  }
}
