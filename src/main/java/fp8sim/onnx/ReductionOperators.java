package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/** Reductions, positions of extrema and running sums. */
final class ReductionOperators {
  static final List<OperatorVersion> ALL = all();

  private ReductionOperators() {}

  private static List<OperatorVersion> all() {
    List<OperatorVersion> all = new ArrayList<>();
    for (ReduceFunction function : ReduceFunction.values()) {
      int axesAreInput = function == ReduceFunction.SUM ? 13 : 18;
      String name = function.onnxName();
      all.add(of(name, 1, axesAreInput - 1, 1, 1, n -> reduceOverAttribute(n, function)));
      all.add(op(name, axesAreInput, LAST_OPSET, 1, 2, n -> reduce(n, function)));
    }
    all.add(op("ArgMax", 1, LAST_OPSET, 1, 1, n -> argExtremum(n, true)));
    all.add(op("ArgMin", 1, LAST_OPSET, 1, 1, n -> argExtremum(n, false)));
    all.add(op("CumSum", 11, LAST_OPSET, 2, 2, ReductionOperators::cumSum));
    return List.copyOf(all);
  }

  private static Op.Reduce reduce(NodeImport node, ReduceFunction function) {
    return new Op.Reduce(
        function,
        node.attributes().flag("keepdims", true),
        node.attributes().flag("noop_with_empty_axes", false));
  }

  private static void reduceOverAttribute(NodeImport node, ReduceFunction function) {
    Op.Reduce op = new Op.Reduce(function, node.attributes().flag("keepdims", true), false);
    long[] axes = node.attributes().longs("axes");
    if (axes.length == 0) {
      node.emit(op);
    } else {
      node.emit(op, List.of(node.input(0), node.constant("axes", axes)));
    }
  }

  private static Op.ArgExtremum argExtremum(NodeImport node, boolean max) {
    Attributes attributes = node.attributes();
    node.declare(node.output(), DataType.INT64);
    return new Op.ArgExtremum(
        max,
        attributes.integer("axis", 0),
        attributes.flag("keepdims", true),
        attributes.flag("select_last_index", false));
  }

  private static Op.CumSum cumSum(NodeImport node) {
    return new Op.CumSum(
        node.attributes().flag("exclusive", false), node.attributes().flag("reverse", false));
  }
}
