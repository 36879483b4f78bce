package fp8sim.engine;

import fp8sim.graph.Graph;

/**
 * A model as imported, for the layers above, which know nothing of graphs.
 *
 * @param graph before any pass
 */
public record ModelGraph(Graph graph) {
  /** Where it came from, for messages. */
  public String name() {
    return graph.name();
  }
}
