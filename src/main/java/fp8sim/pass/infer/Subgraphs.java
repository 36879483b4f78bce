package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.List;

/** The subgraphs inside nodes. */
final class Subgraphs {
  private Subgraphs() {}

  /** Those of a node: branches and bodies; none for most operators. */
  static List<Op.Body> of(Node node) {
    return switch (node.op()) {
      case Op.If op -> List.of(op.thenBranch(), op.elseBranch());
      case Op.Loop op -> List.of(op.body());
      case Op.Scan op -> List.of(op.body());
      default -> List.of();
    };
  }

  /** The nodes and those of all subgraphs. */
  static List<Node> allNodes(List<Node> nodes) {
    List<Node> all = new ArrayList<>();
    for (Node node : nodes) {
      all.add(node);
      of(node).forEach(body -> all.addAll(allNodes(body.nodes())));
    }
    return all;
  }
}
