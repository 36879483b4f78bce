package fp8sim.pass.infer;

import fp8sim.graph.Graph;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Types and known values found so far in one sweep over a graph. */
final class InferenceState {
  private final Graph graph;
  private final Map<String, TensorType> types = new HashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();

  private final Set<String> nodeNames = new HashSet<>();
  private final Map<String, String> shared = new HashMap<>();

  InferenceState(Graph graph) {
    this.graph = graph;
    graph.initializers().forEach(this::define);
  }

  String graphName() {
    return graph.name();
  }

  Map<String, TensorType> types() {
    return types;
  }

  Map<String, Tensor> constants() {
    return constants;
  }

  void declare(String value, TensorType type) {
    types.put(value, type);
  }

  void define(String value, Tensor tensor) {
    constants.put(value, tensor);
    types.put(value, new TensorType(tensor.type(), tensor.shape()));
  }

  TensorType type(String value) {
    TensorType type = types.get(value);
    if (type == null) {
      throw new IllegalStateException("value " + value + " is read before it is made");
    }
    return type;
  }

  @Nullable Tensor constant(String value) {
    return constants.get(value);
  }

  /** Defines a constant under a new name; returns the name. */
  String addConstant(String wish, Tensor tensor) {
    String name = unusedValue(wish);
    define(name, tensor);
    return name;
  }

  /** A name that no value has, nor will have. */
  String unusedValue(String wish) {
    String name = wish;
    for (int i = 2; types.containsKey(name) || isUsed(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /** Values that composite operators have in common, by what they are. */
  Map<String, String> shared() {
    return shared;
  }

  /** Takes the name of a node; false if it is taken. */
  boolean addNodeName(String name) {
    return nodeNames.add(name);
  }

  private boolean isUsed(String name) {
    return usedNames().contains(name);
  }

  private @Nullable Set<String> usedNames;

  private Set<String> usedNames() {
    if (usedNames == null) {
      usedNames = new TreeSet<>();
      Subgraphs.allNodes(graph.nodes()).forEach(node -> usedNames.addAll(node.outputs()));
    }
    return usedNames;
  }

  /** Why the value of an operand is not known, and what to do. */
  String whyUnknown(String value, String role) {
    Set<String> inputs = ValueInputs.feeding(graph, value);
    return inputs.isEmpty()
        ? "its %s depends on computed values, which is not supported".formatted(role)
        : "its %s depends on the values of graph input %s, which must be given"
            .formatted(role, String.join(", ", inputs));
  }
}
