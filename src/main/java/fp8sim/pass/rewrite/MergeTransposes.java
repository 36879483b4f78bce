package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Makes one Transpose of two in a row, and a Reshape, which moves no data, of a Transpose that
 * moves axes of size 1 only.
 */
final class MergeTransposes implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (!(node.op() instanceof Op.Transpose outer)) {
      return;
    }
    Node before = graph.producer(node.input(0));
    if (before != null && before.op() instanceof Op.Transpose inner) {
      List<Integer> perm = outer.perm().stream().map(axis -> inner.perm().get(axis)).toList();
      graph.replace(node, new Op.Transpose(perm), List.of(before.input(0)));
    } else if (RemoveNoOperation.onlyMovesOnes(outer.perm(), graph.shape(node.input(0)), false)) {
      int[] dims = graph.shape(node.output()).dims();
      Tensor shape =
          Tensor.ofLongs(Shape.of(dims.length), Arrays.stream(dims).asLongStream().toArray());
      String constant = graph.addConstant(node.output() + "/shape", shape);
      graph.replace(node, new Op.Reshape(true), List.of(node.input(0), constant));
    }
  }
}
