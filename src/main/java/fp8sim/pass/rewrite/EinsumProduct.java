package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.pass.infer.ConstantElements;
import java.util.Set;
import java.util.function.Predicate;

/** Makes an Einsum that is a matrix product a MatMul, with the constant on the right. */
public final class EinsumProduct implements Rewrite {
  private final Set<String> restoring;
  private final Predicate<Node> activations;

  /**
   * The rewrite.
   *
   * @param restoring as {@link Rearrangement} has it
   * @param activations whether a product of two computed operands is to be one, too
   */
  public EinsumProduct(Set<String> restoring, Predicate<Node> activations) {
    this.restoring = restoring;
    this.activations = activations;
  }

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (!(node.op() instanceof Op.Einsum op)
        || !ConstantElements.isNumber(graph.type(node.output()).type())) {
      return;
    }
    if (!Contraction.obstacle(op, node.inputs().stream().map(graph::shape).toList()).isEmpty()) {
      return;
    }
    boolean isLeft = graph.constant(node.input(0)) != null;
    boolean isRight = graph.constant(node.input(1)) != null;
    if (isLeft != isRight || (!isLeft && activations.test(node))) {
      String a = node.input(isLeft ? 1 : 0);
      String b = node.input(isLeft ? 0 : 1);
      Contraction.of(op, isLeft).replace(graph, node, new Rearrangement(graph, restoring), a, b);
    }
  }
}
