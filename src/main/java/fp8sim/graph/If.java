package fp8sim.graph;

import java.util.List;

/**
 * Chooses one of two subgraphs: {@code condition -> y...}. Names in a branch are unique in the
 * whole graph and its constants are initializers of the graph, so that a branch can be put in the
 * place of the node as it stands. Shape inference does so; a graph with types has no {@code If}.
 */
public record If(Branch thenBranch, Branch elseBranch) implements Op {

  /** The nodes of a branch in topological order, and the values it yields, one per output. */
  public record Branch(List<Node> nodes, List<String> outputs) {
    public Branch {
      nodes = List.copyOf(nodes);
      outputs = List.copyOf(outputs);
    }
  }
}
