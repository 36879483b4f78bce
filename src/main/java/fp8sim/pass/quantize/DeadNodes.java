package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nodes whose outputs nobody reads. */
final class DeadNodes {
  private DeadNodes() {}

  /** The graph without them. */
  static Graph remove(Graph graph) {
    Set<String> read = new HashSet<>(graph.outputs());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(read::contains)) {
        read.addAll(node.inputs());
        nodes.add(node);
      }
    }
    return graph.withNodes(nodes.reversed(), graph.initializers());
  }
}
