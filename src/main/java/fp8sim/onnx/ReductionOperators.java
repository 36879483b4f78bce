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
    all.add(op("CumProd", 26, LAST_OPSET, 2, 2, ReductionOperators::cumProd));
    all.add(op("CumSum", 11, LAST_OPSET, 2, 2, ReductionOperators::cumSum));
    all.add(of("TopK", 1, 9, 1, 1, ReductionOperators::topKByAttribute).withOutputs(2));
    all.add(of("TopK", 10, 10, 2, 2, n -> topK(n, n.input(1), true)).withOutputs(2));
    all.add(of("TopK", 11, LAST_OPSET, 2, 2, ReductionOperators::topK).withOutputs(2));
    all.add(of("Hardmax", 1, 12, 1, 1, ReductionOperators::hardmaxToEnd));
    all.add(op("Hardmax", 13, LAST_OPSET, 1, 1, ReductionOperators::hardmax));
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

  private static void topKByAttribute(NodeImport node) {
    topK(node, node.constant("k", node.attributes().integer("k")), true);
  }

  /** Sorted or not: if the order does not matter, the sorted one will do. */
  private static void topK(NodeImport node) {
    node.attributes().ignore("sorted");
    topK(node, node.input(1), node.attributes().flag("largest", true));
  }

  private static void topK(NodeImport node, String k, boolean largest) {
    if (node.hasOutput(1)) {
      node.declare(node.outputs().get(1), DataType.INT64);
    }
    Op.TopK op = new Op.TopK(node.attributes().integer("axis", -1), largest);
    node.emit(op, List.of(node.input(0), k));
  }

  private static Op.Hardmax hardmax(NodeImport node) {
    return new Op.Hardmax(node.attributes().integer("axis", -1));
  }

  /** Before opset 13: over all axes from the given one on. */
  private static void hardmaxToEnd(NodeImport node) {
    int axis = node.attributes().integer("axis", 1);
    String rows = node.add("rows", new Op.Flatten(axis), node.input(0));
    String marked = node.add("marked", new Op.Hardmax(1), rows);
    String shape = node.add("shape", new Op.ShapeOf(0, null), node.input(0));
    node.emit(new Op.Reshape(true), List.of(marked, shape));
  }

  private static Op.CumProd cumProd(NodeImport node) {
    return new Op.CumProd(
        node.attributes().flag("exclusive", false), node.attributes().flag("reverse", false));
  }

  private static Op.CumSum cumSum(NodeImport node) {
    return new Op.CumSum(
        node.attributes().flag("exclusive", false), node.attributes().flag("reverse", false));
  }
}
