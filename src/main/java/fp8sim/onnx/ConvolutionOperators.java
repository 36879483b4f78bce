package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.AveragePool;
import fp8sim.graph.Conv;
import fp8sim.graph.ConvTranspose;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.MaxPool;
import java.util.List;

/** Operators that slide a window. */
final class ConvolutionOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("Conv", 1, LAST_OPSET, 2, 3, n -> new Conv(Windows.read(n), group(n))),
          op("ConvTranspose", 1, LAST_OPSET, 2, 3, ConvolutionOperators::convTranspose),
          op("MaxPool", 1, LAST_OPSET, 1, 1, ConvolutionOperators::maxPool).withOutputs(2),
          op("AveragePool", 7, LAST_OPSET, 1, 1, ConvolutionOperators::averagePool),
          op("GlobalAveragePool", 1, LAST_OPSET, 1, 1, n -> new GlobalPool(false)),
          op("GlobalMaxPool", 1, LAST_OPSET, 1, 1, n -> new GlobalPool(true)));

  private ConvolutionOperators() {}

  private static int group(NodeImport node) {
    int group = node.attributes().integer("group", 1);
    if (group < 1) {
      throw node.error("group is " + group);
    }
    return group;
  }

  private static ConvTranspose convTranspose(NodeImport node) {
    return new ConvTranspose(
        Windows.read(node),
        group(node),
        node.attributes().integers("output_padding"),
        node.attributes().integers("output_shape"));
  }

  private static MaxPool maxPool(NodeImport node) {
    boolean ceilMode = node.attributes().flag("ceil_mode", false);
    boolean columnMajor = node.attributes().flag("storage_order", false);
    requireKernel(node);
    return new MaxPool(Windows.read(node), ceilMode, columnMajor);
  }

  private static AveragePool averagePool(NodeImport node) {
    boolean ceilMode = node.attributes().flag("ceil_mode", false);
    boolean countPad = node.attributes().flag("count_include_pad", false);
    requireKernel(node);
    return new AveragePool(Windows.read(node), ceilMode, countPad);
  }

  private static void requireKernel(NodeImport node) {
    if (!node.attributes().has("kernel_shape")) {
      throw node.error("attribute \"kernel_shape\" is missing");
    }
  }
}
