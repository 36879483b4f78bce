package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import java.util.List;

/** Operators that slide a window. */
final class ConvolutionOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("Conv", 1, LAST_OPSET, 2, 3, n -> new Op.Conv(Windows.read(n), group(n))),
          op("ConvTranspose", 1, LAST_OPSET, 2, 3, ConvolutionOperators::convTranspose),
          op("MaxPool", 1, LAST_OPSET, 1, 1, ConvolutionOperators::maxPool).withOutputs(2),
          op("AveragePool", 1, LAST_OPSET, 1, 1, ConvolutionOperators::averagePool),
          op("GlobalAveragePool", 1, LAST_OPSET, 1, 1, n -> new Op.GlobalPool(false)),
          op("GlobalMaxPool", 1, LAST_OPSET, 1, 1, n -> new Op.GlobalPool(true)));

  private ConvolutionOperators() {}

  static int group(NodeImport node) {
    int group = node.attributes().integer("group", 1);
    if (group < 1) {
      throw node.error("group is " + group);
    }
    return group;
  }

  private static Op.ConvTranspose convTranspose(NodeImport node) {
    return new Op.ConvTranspose(
        Windows.read(node),
        group(node),
        node.attributes().integers("output_padding"),
        node.attributes().integers("output_shape"));
  }

  private static Op.MaxPool maxPool(NodeImport node) {
    boolean ceilMode = node.attributes().flag("ceil_mode", false);
    boolean columnMajor = node.attributes().flag("storage_order", false);
    requireKernel(node);
    return new Op.MaxPool(Windows.read(node), ceilMode, columnMajor);
  }

  private static Op.AveragePool averagePool(NodeImport node) {
    boolean ceilMode = node.attributes().flag("ceil_mode", false);
    boolean countPad = node.attributes().flag("count_include_pad", false);
    requireKernel(node);
    return new Op.AveragePool(Windows.read(node), ceilMode, countPad);
  }

  private static void requireKernel(NodeImport node) {
    if (!node.attributes().has("kernel_shape")) {
      throw node.error("attribute \"kernel_shape\" is missing");
    }
  }
}
