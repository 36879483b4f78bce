package fp8sim.pass.rewrite;

import fp8sim.graph.Node;

/** One way to make a graph simpler or to say it in larger operators. Applied node by node. */
@FunctionalInterface
public interface Rewrite {
  /** Changes the graph around a node if the rewrite fits there. */
  void apply(GraphEditor graph, Node node);
}
