package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Control flow, and operators that do nothing in inference. */
final class ControlOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("Identity", 1, LAST_OPSET, 1, 1, n -> new Op.Identity()),
          of("Dropout", 1, 11, 1, 1, ControlOperators::dropoutByAttribute).withOutputs(2),
          of("Dropout", 12, LAST_OPSET, 1, 3, ControlOperators::dropout).withOutputs(2),
          of("If", 1, LAST_OPSET, 1, 1, ControlOperators::ifElse).withOutputs(MANY));

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
    Op.If op = new Op.If(node.branch("then_branch"), node.branch("else_branch"));
    int outputs = node.outputs().size();
    if (op.thenBranch().outputs().size() != outputs
        || op.elseBranch().outputs().size() != outputs) {
      throw node.error("its branches do not yield its " + outputs + " outputs");
    }
    node.emit(op);
  }
}
