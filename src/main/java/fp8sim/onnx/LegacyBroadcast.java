package fp8sim.onnx;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/**
 * Operators of two arguments before opset 7, where {@code broadcast} allows the second operand to
 * be smaller and {@code axis} says with which axis of the first one its own axes start.
 */
final class LegacyBroadcast {
  private LegacyBroadcast() {}

  static void convert(NodeImport node, BinaryFunction function) {
    boolean broadcasts = node.attributes().flag("broadcast", false);
    String right = node.input(1);
    if (node.attributes().has("axis")) {
      int axis = node.attributes().integer("axis", 0);
      right = broadcasts ? aligned(node, axis) : right;
    }
    node.emit(new Op.Binary(function), List.of(node.input(0), right));
  }

  /** The slopes of PRelu are those of the channels. */
  static void slopes(NodeImport node) {
    Tensor slope = node.constantInput(1);
    boolean perChannel = slope == null || slope.shape().rank() == 1;
    String right = perChannel ? aligned(node, 1) : node.input(1);
    node.emit(new Op.Binary(BinaryFunction.PRELU), List.of(node.input(0), right));
  }

  /** The second operand with axes of size 1 behind its own, as many as the first has left. */
  private static String aligned(NodeImport node, int axis) {
    Op.ShapeOf shapeOf = new Op.ShapeOf(0, null);
    String own = node.add("own", shapeOf, node.input(1));
    String rank = node.add("rank", shapeOf, own);
    String tail = node.add("tail", new Op.ShapeOf(axis, null), node.input(0));
    String end = node.constant("end", Long.MAX_VALUE);
    String rest = node.add("rest", new Op.Slice(), tail, rank, end);
    String count = node.add("count", shapeOf, rest);
    Tensor one = Tensor.ofLongs(Shape.of(1), 1);
    String ones = node.add("ones", new Op.ConstantOfShape(one), count);
    String shape = node.add("shape", new Op.Concat(0), own, ones);
    return node.add("aligned", new Op.Reshape(true), node.input(1), shape);
  }
}
