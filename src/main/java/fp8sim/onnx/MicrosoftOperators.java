package fp8sim.onnx;

import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import java.util.List;

/** Operators of ONNX Runtime's own domain that its optimizer leaves in CNNs and transformers. */
final class MicrosoftOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("Gelu", 1, 1, 1, 1, n -> n.emit(new Op.Unary(UnaryFunction.GELU)))
              .inDomain(OperatorTable.MICROSOFT),
          of("BiasGelu", 1, 1, 2, 2, n -> withBias(n, UnaryFunction.GELU))
              .inDomain(OperatorTable.MICROSOFT),
          of("FastGelu", 1, 1, 1, 2, n -> withBias(n, UnaryFunction.GELU_TANH))
              .inDomain(OperatorTable.MICROSOFT));

  private MicrosoftOperators() {}

  private static void withBias(NodeImport node, UnaryFunction function) {
    String x = node.input(0);
    if (node.hasInput(1)) {
      x = node.add("bias", new Op.Binary(BinaryFunction.ADD), x, node.input(1));
    }
    node.emit(new Op.Unary(function), List.of(x));
  }
}
