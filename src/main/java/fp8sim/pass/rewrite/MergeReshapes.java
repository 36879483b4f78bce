package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one Reshape of two operators in a row that only change the shape. */
final class MergeReshapes implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    Node before = changesShapeOnly(node) ? graph.producer(node.input(0)) : null;
    if (before == null || !changesShapeOnly(before)) {
      return;
    }
    int[] dims = graph.shape(node.output()).dims();
    Tensor shape =
        Tensor.ofLongs(Shape.of(dims.length), Arrays.stream(dims).asLongStream().toArray());
    String constant = graph.addConstant(node.output() + "/shape", shape);
    graph.replace(node, new Op.Reshape(true), List.of(before.input(0), constant));
  }

  static boolean changesShapeOnly(@Nullable Node node) {
    return node != null
        && switch (node.op()) {
          case Op.Reshape _, Op.Flatten _, Op.Squeeze _, Op.Unsqueeze _ -> true;
          default -> false;
        };
  }
}
