package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import java.util.List;

/** Operators that slide a window. */
final class ConvolutionOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("Conv", 1, LAST_OPSET, 2, 3, n -> new Op.Conv(Windows.read(n), group(n))),
          op("ConvTranspose", 1, LAST_OPSET, 2, 3, ConvolutionOperators::convTranspose),
          op("MaxPool", 1, LAST_OPSET, 1, 1, ConvolutionOperators::maxPool).withOutputs(2),
          op("AveragePool", 1, LAST_OPSET, 1, 1, ConvolutionOperators::averagePool),
          op("GlobalLpPool", 1, 1, 1, 1, n -> globalLpPool(n, n.attributes().number("p", 2))),
          op("GlobalLpPool", 2, LAST_OPSET, 1, 1, n -> globalLpPool(n, p(n))),
          op("LpPool", 1, 1, 1, 1, n -> lpPool(n, n.attributes().number("p", 2))),
          op("LpPool", 2, LAST_OPSET, 1, 1, n -> lpPool(n, p(n))),
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
    return new Op.MaxPool(Windows.readKernel(node), ceilMode, columnMajor);
  }

  static Op.AveragePool averagePool(NodeImport node) {
    boolean ceilMode = node.attributes().flag("ceil_mode", false);
    boolean countPad = node.attributes().flag("count_include_pad", false);
    return new Op.AveragePool(Windows.readKernel(node), ceilMode, countPad);
  }

  private static float p(NodeImport node) {
    return node.attributes().integer("p", 2);
  }

  private static Op.LpPool lpPool(NodeImport node, float p) {
    boolean ceilMode = node.attributes().flag("ceil_mode", false);
    requireNorm(p, node);
    return new Op.LpPool(Windows.readKernel(node), ceilMode, p);
  }

  private static Op.LpPool globalLpPool(NodeImport node, float p) {
    requireNorm(p, node);
    return new Op.LpPool(Window.NONE, false, p);
  }

  private static void requireNorm(float p, NodeImport node) {
    if (!(p > 0)) {
      throw node.error("p is " + p);
    }
  }
}
