package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import java.util.List;

/** Import of matrix products. */
final class MatrixOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("MatMul", 1, LAST_OPSET, 2, 2, n -> new Op.MatMul(false)),
          op("Gemm", 7, 10, 3, 3, MatrixOperators::gemm),
          op("Gemm", 11, LAST_OPSET, 2, 3, MatrixOperators::gemm),
          op("Det", 11, LAST_OPSET, 1, 1, n -> new Op.Det()),
          op("Einsum", 12, LAST_OPSET, 1, MANY, MatrixOperators::einsum));

  private MatrixOperators() {}

  static Op.Gemm gemm(NodeImport node) {
    Attributes attributes = node.attributes();
    return new Op.Gemm(
        attributes.number("alpha", 1),
        attributes.number("beta", 1),
        attributes.flag("transA", false),
        attributes.flag("transB", false));
  }

  private static Op.Einsum einsum(NodeImport node) {
    String equation = node.attributes().string("equation", "");
    if (equation.isEmpty()) {
      throw node.error("attribute \"equation\" is missing");
    }
    String shown = Text.shorten(equation);
    if (!shown.equals(equation)) {
      throw node.error("its equation is too long or has unprintable characters: " + shown);
    }
    return new Op.Einsum(equation.replace(" ", ""));
  }
}
