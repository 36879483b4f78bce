package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Einsum;
import fp8sim.graph.Gemm;
import fp8sim.graph.MatMul;
import java.util.List;

/** Matrix products. */
final class MatrixOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("MatMul", 1, LAST_OPSET, 2, 2, n -> new MatMul(false)),
          op("Gemm", 7, 10, 3, 3, MatrixOperators::gemm),
          op("Gemm", 11, LAST_OPSET, 2, 3, MatrixOperators::gemm),
          op("Einsum", 12, LAST_OPSET, 1, MANY, MatrixOperators::einsum));

  private MatrixOperators() {}

  private static Gemm gemm(NodeImport node) {
    Attributes attributes = node.attributes();
    return new Gemm(
        attributes.number("alpha", 1),
        attributes.number("beta", 1),
        attributes.flag("transA", false),
        attributes.flag("transB", false));
  }

  private static Einsum einsum(NodeImport node) {
    String equation = node.attributes().string("equation", "");
    if (equation.isEmpty()) {
      throw node.error("attribute \"equation\" is missing");
    }
    return new Einsum(equation.replace(" ", ""));
  }
}
