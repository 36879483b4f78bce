package fp8sim.pass.infer;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * As much of a network as has types before more is known about its data.
 *
 * @param graph with types; the outputs are those of the network and the values that later stages
 *     read, as far as they are computed here
 * @param values whose contents must be known to go on
 * @param nodes whose results must be known to go on, as their shapes depend on data
 * @param constants that these nodes read, by name
 * @param rest the nodes behind
 * @param done nodes whose results earlier stages computed: in the graph these are inputs
 */
public record Stage(
    Graph graph,
    Set<String> values,
    List<Node> nodes,
    Map<String, Tensor> constants,
    List<Node> rest,
    List<Node> done) {
  public Stage {
    values = new LinkedHashSet<>(values);
    nodes = List.copyOf(nodes);
    constants = Map.copyOf(constants);
    rest = List.copyOf(rest);
    done = List.copyOf(done);
  }

  /** Whether it is the whole network. */
  public boolean isWhole() {
    return values.isEmpty() && nodes.isEmpty();
  }

  /** Whether layers may follow that have weights. */
  public boolean hasLayersBehind() {
    return Subgraphs.allNodes(rest).stream().anyMatch(Subgraphs::multiplies);
  }

  /** Names of the products inside the nodes that earlier stages computed. */
  public List<String> productsDone() {
    List<Node> inner = new ArrayList<>();
    done.forEach(
        node -> Subgraphs.of(node).forEach(body -> inner.addAll(Subgraphs.allNodes(body.nodes()))));
    return inner.stream().filter(Subgraphs::multiplies).map(Node::name).toList();
  }

  /** The computed values of this stage that the next one needs. */
  public List<String> wanted() {
    Set<String> wanted = new LinkedHashSet<>(values);
    for (Node node : nodes) {
      wanted.addAll(Subgraphs.reads(node));
    }
    wanted.removeAll(constants.keySet());
    return List.copyOf(wanted);
  }

  /** The same with another graph. */
  public Stage with(Graph other) {
    return new Stage(other, values, nodes, constants, rest, done);
  }
}
