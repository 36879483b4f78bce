package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.List;

/** A MatMul whose second operand is a Transpose of the last two axes reads it transposed. */
final class TransposedProductPattern implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    Node before = node.op() instanceof Op.MatMul ? graph.producer(node.input(1)) : null;
    if (before != null
        && before.op() instanceof Op.Transpose transpose
        && node.op() instanceof Op.MatMul op
        && exchangesLastTwo(transpose.perm())) {
      graph.replace(node, new Op.MatMul(!op.transB()), List.of(node.input(0), before.input(0)));
    }
  }

  private static boolean exchangesLastTwo(List<Integer> perm) {
    int rank = perm.size();
    for (int i = 0; i < rank - 2; i++) {
      if (perm.get(i) != i) {
        return false;
      }
    }
    return rank >= 2 && perm.get(rank - 1) == rank - 2;
  }
}
