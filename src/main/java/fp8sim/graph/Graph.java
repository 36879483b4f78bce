package fp8sim.graph;

import fp8sim.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network: nodes in topological order, connected by named values. Every value is written once: by
 * a node, as an input, or as an initializer (weights and other constants). Immutable; a pass makes
 * a new one.
 *
 * @param name where it came from, for messages
 * @param initializers constant values by name; their memory may be mapped from the model file
 * @param types type and shape of every value, once {@code pass} has inferred them for given input
 *     shapes; empty before
 */
public record Graph(
    String name,
    List<GraphInput> inputs,
    List<String> outputs,
    List<Node> nodes,
    Map<String, Tensor> initializers,
    Map<String, TensorType> types) {
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    initializers = Map.copyOf(initializers);
    types = Map.copyOf(types);
  }

  public Graph withNodes(List<Node> newNodes, Map<String, Tensor> newInitializers) {
    return new Graph(name, inputs, outputs, newNodes, newInitializers, types);
  }

  /** The graph with more outputs: these values, without those that are outputs already. */
  public Graph withTaps(List<String> values) {
    Set<String> all = new LinkedHashSet<>(outputs);
    all.addAll(values);
    return all.size() == outputs.size()
        ? this
        : new Graph(name, inputs, List.copyOf(all), nodes, initializers, types);
  }

  /** The type of a value of an inferred graph. */
  public TensorType typeOf(String value) {
    TensorType type = types.get(value);
    if (type == null) {
      throw new IllegalStateException("no inferred type for value " + value + " of " + name);
    }
    return type;
  }
}
