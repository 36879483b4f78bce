package fp8sim.pass.infer;

import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects where inference has to stop, and what it needs to go on. */
final class StageBuilder {
  private final InferenceState state;
  private final Set<String> values = new LinkedHashSet<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Node> rest = new ArrayList<>();

  /** Values that are not computed here. */
  private final Set<String> pending = new HashSet<>();

  StageBuilder(InferenceState state) {
    this.state = state;
  }

  /** Whether a node reads what is not computed here. */
  boolean isBehind(Node node) {
    return !pending.isEmpty() && Subgraphs.reads(node).stream().anyMatch(pending::contains);
  }

  /** Leaves a node of the model for later. */
  void leave(Node node) {
    rest.add(node);
    pending.addAll(node.outputs());
    pending.remove("");
  }

  void needValue(String value) {
    values.add(value);
  }

  /**
   * Says that a node's results are needed. The node may be one of an iteration that was written
   * out.
   */
  void needResults(Node node) {
    nodes.add(node);
  }

  boolean isComplete() {
    return rest.isEmpty();
  }

  /**
   * The stage.
   *
   * @param graph as far as it has types
   * @param inputs those of the graph, and the results of earlier stages
   * @param resolved the nodes with types
   */
  Stage build(Graph graph, List<GraphInput> inputs, List<Node> resolved) {
    Set<String> outputs = new LinkedHashSet<>(graph.outputs());
    rest.forEach(node -> outputs.addAll(Subgraphs.reads(node)));
    outputs.removeAll(pending);
    outputs.addAll(values);
    Map<String, Tensor> constants = new HashMap<>();
    for (Node node : nodes) {
      for (String read : Subgraphs.reads(node)) {
        Tensor constant = state.constant(read);
        if (constant == null) {
          outputs.add(read);
        } else {
          constants.put(read, constant);
        }
      }
    }
    outputs.addAll(state.kept());
    if (isComplete()) {
      outputs.retainAll(union(graph.outputs(), state.kept()));
    } else {
      outputs.removeAll(state.constants().keySet());
    }
    Graph typed =
        new Graph(
            graph.name(), inputs, List.copyOf(outputs), resolved, state.constants(), state.types());
    return new Stage(typed, values, nodes, constants, rest, state.done());
  }

  private static Set<String> union(List<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }
}
