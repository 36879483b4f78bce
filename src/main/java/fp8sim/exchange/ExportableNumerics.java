package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.engine.Blueprint;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.ProductOptions;

/** What of the numerics no operator of ONNX can do. */
final class ExportableNumerics {
  private ExportableNumerics() {}

  /**
   * Fails if the network multiplies or adds otherwise than ONNX's operators do.
   *
   * @throws Fp8simException (usage) one line
   */
  static void check(Blueprint network) {
    refuse(network.name(), network.numerics().product());
    for (Node node : network.graph().nodes()) {
      if (multiplies(node)) {
        refuse("layer " + node.name(), network.numerics().forNode(node.name()).product());
      }
    }
    if (!network.valueInputs().isEmpty()) {
      throw Fp8simException.input(
          "%s: the values of input %s decide shapes, so that the network cannot be quantized for"
                  .formatted(network.name(), network.valueInputs().iterator().next())
              + " all of them and exported");
    }
  }

  private static boolean multiplies(Node node) {
    return switch (node.op()) {
      case Op.Conv _, Op.ConvTranspose _, Op.Gemm _, Op.MatMul _, Op.Einsum _ -> true;
      default -> false;
    };
  }

  private static void refuse(String where, ProductOptions product) {
    if (product.needsCodes()) {
      throw Fp8simException.usage(
          "%s: %s cannot be exported: ONNX's operators multiply exactly and add in float32"
              .formatted(where, product.describeCodes()));
    }
  }

  /**
   * Fails where a network rounds once what ONNX's operators round twice.
   *
   * @throws Fp8simException (usage) one line
   */
  static void checkNormalization(Graph graph, boolean fuses) {
    if (fuses && graph.nodes().stream().anyMatch(n -> n.op() instanceof Op.BatchNormalization)) {
      throw Fp8simException.usage(
          graph.name()
              + ": bias policy study rounds BatchNormalization behind a product once, which no"
              + " operator of ONNX does; export with "
              + UserOption.BATCH_NORM.with("fold")
              + " or "
              + UserOption.FLOAT_MATH.with("separate"));
    }
  }
}
