package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Control flow, and operators that do nothing in inference. */
final class ControlOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("Identity", 1, LAST_OPSET, 1, 1, n -> new Op.Identity()),
          of("Dropout", 1, 11, 1, 1, ControlOperators::dropoutByAttribute).withOutputs(2),
          of("Dropout", 12, LAST_OPSET, 1, 3, ControlOperators::dropout).withOutputs(2),
          of("If", 1, LAST_OPSET, 1, 1, ControlOperators::ifElse).withOutputs(MANY),
          of("Loop", 1, LAST_OPSET, 0, MANY, ControlOperators::loop).withOutputs(MANY),
          of("Scan", 9, LAST_OPSET, 1, MANY, ControlOperators::scan).withOutputs(MANY));

  private ControlOperators() {}

  private static void dropoutByAttribute(NodeImport node) {
    node.attributes().ignore("ratio", "is_test");
    passThrough(node);
  }

  private static void dropout(NodeImport node) {
    node.attributes().ignore("seed");
    if (node.hasInput(2)) {
      Tensor training = node.constantInput(2);
      if (training == null
          || training.type() != DataType.BOOL
          || training.shape().elements() != 1
          || (training.data().get(Tensor.BYTE, 0) != 0 && dropsAny(node))) {
        throw node.unsupported("training_mode");
      }
    }
    passThrough(node);
  }

  /** Whether the ratio is anything but a constant zero; exporters leave such nodes in. */
  private static boolean dropsAny(NodeImport node) {
    Tensor ratio = node.hasInput(1) ? node.constantInput(1) : null;
    return ratio == null
        || ratio.type() != DataType.FLOAT
        || ratio.shape().elements() != 1
        || ratio.data().get(Tensor.FLOAT, 0) != 0f;
  }

  private static void passThrough(NodeImport node) {
    node.emitFirst(new Op.Identity(), List.of(node.input(0)));
    if (node.hasOutput(1)) {
      Tensor kept = Tensor.zeros(DataType.BOOL, Shape.of(1));
      kept.data().set(Tensor.BYTE, 0, (byte) 1);
      String shape = node.add("shape", new Op.ShapeOf(0, null), node.input(0));
      node.emitTo(node.outputs().get(1), new Op.ConstantOfShape(kept), shape);
    }
  }

  private static void ifElse(NodeImport node) {
    Op.If op = new Op.If(node.body("then_branch"), node.body("else_branch"));
    if (!op.thenBranch().inputs().isEmpty() || !op.elseBranch().inputs().isEmpty()) {
      throw node.error("a branch has inputs");
    }
    int outputs = node.outputs().size();
    if (op.thenBranch().outputs().size() != outputs
        || op.elseBranch().outputs().size() != outputs) {
      throw node.error("its branches do not yield its " + outputs + " outputs");
    }
    node.emit(op);
  }

  private static void loop(NodeImport node) {
    Op.Body body = node.body("body");
    int states = Math.max(0, node.inputs().size() - 2);
    int rows = body.outputs().size() - 1 - states;
    if (node.inputs().stream().skip(2).anyMatch(String::isEmpty)) {
      throw node.error("a value that it carries is missing");
    }
    if (body.inputs().size() != 2 + states || rows < 0) {
      throw node.error(
          "carries %d values, but its body takes %d and yields %d"
              .formatted(states, body.inputs().size() - 2, body.outputs().size() - 1));
    }
    if (node.outputs().size() != states + rows) {
      throw node.error("its body does not yield its %d outputs".formatted(node.outputs().size()));
    }
    node.emit(new Op.Loop(body));
  }

  private static void scan(NodeImport node) {
    Op.Body body = node.body("body");
    int cut = node.attributes().integer("num_scan_inputs");
    int states = node.inputs().size() - cut;
    int rows = body.outputs().size() - states;
    if (cut < 1 || states < 0 || rows < 0 || body.inputs().size() != node.inputs().size()) {
      throw node.error(
          "has %d inputs of which %d are scanned, but its body takes %d and yields %d"
              .formatted(node.inputs().size(), cut, body.inputs().size(), body.outputs().size()));
    }
    if (node.outputs().size() != states + rows) {
      throw node.error("its body does not yield its %d outputs".formatted(node.outputs().size()));
    }
    node.emit(
        new Op.Scan(
            body, directions(node, "scan_input", cut), directions(node, "scan_output", rows)));
  }

  private static List<Op.Scan.Direction> directions(NodeImport node, String prefix, int count) {
    List<Integer> axes = node.attributes().integers(prefix + "_axes");
    List<Integer> reversed = node.attributes().integers(prefix + "_directions");
    if (!(axes.isEmpty() || axes.size() == count)
        || !(reversed.isEmpty() || reversed.size() == count)) {
      throw node.error(
          "%s_axes and %s_directions need %d numbers".formatted(prefix, prefix, count));
    }
    List<Op.Scan.Direction> directions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean reverse = !reversed.isEmpty() && reversed.get(i) != 0;
      directions.add(new Op.Scan.Direction(axes.isEmpty() ? 0 : axes.get(i), reverse));
    }
    return directions;
  }
}
