package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The subgraphs inside nodes. */
public final class Subgraphs {
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

  /** Names of the values that a node and its subgraphs read from around them. */
  public static Set<String> reads(Node node) {
    Set<String> reads = new LinkedHashSet<>(node.inputs());
    of(node).forEach(body -> reads.addAll(reads(body)));
    reads.remove("");
    return reads;
  }

  /** Names of the values that a subgraph reads from around it. */
  public static Set<String> reads(Op.Body body) {
    Set<String> reads = new LinkedHashSet<>(body.outputs());
    body.nodes().forEach(each -> reads.addAll(reads(each)));
    body.nodes().forEach(each -> each.outputs().forEach(reads::remove));
    body.inputs().forEach(reads::remove);
    reads.remove("");
    return reads;
  }

  /** Whether a node may be a layer with a weight. */
  static boolean multiplies(Node node) {
    return switch (node.op()) {
      case Op.Conv _, Op.ConvTranspose _, Op.Gemm _, Op.MatMul _, Op.Einsum _ -> true;
      default -> false;
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
