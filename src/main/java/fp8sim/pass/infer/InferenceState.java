package fp8sim.pass.infer;

import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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

  private final Revealed revealed;

  /** Values that stay computed though their contents are known. */
  private final Set<String> kept = new LinkedHashSet<>();

  private final List<Node> done = new ArrayList<>();

  /** What nodes give whose results earlier stages computed. */
  private final List<GraphInput> results = new ArrayList<>();

  InferenceState(Graph graph, Revealed revealed) {
    this.graph = graph;
    this.revealed = revealed;
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

  /** The contents of a value that is a constant or known from an earlier stage. */
  @Nullable Tensor contents(String value) {
    Tensor constant = constants.get(value);
    if (constant != null) {
      return constant;
    }
    Tensor known = revealed.values().get(value);
    if (known != null) {
      kept.add(value);
    }
    return known;
  }

  /** Values that are to be computed although nobody may read them. */
  Set<String> kept() {
    return kept;
  }

  /** Takes the results of a node from earlier stages; false if these did not compute them. */
  boolean takeResults(Node node) {
    for (String output : node.outputs()) {
      if (!output.isEmpty() && !revealed.results().containsKey(output)) {
        return false;
      }
    }
    for (String output : node.outputs()) {
      TensorType type = revealed.results().get(output);
      if (type != null) {
        declare(output, type);
        results.add(InputShapes.input(output, type));
      }
    }
    done.add(node);
    for (String read : Subgraphs.reads(node)) {
      if (constant(read) == null) {
        kept.add(read);
      }
    }
    return true;
  }

  /** The nodes whose results were taken. */
  List<Node> done() {
    return done;
  }

  /** The results taken, as inputs of the graph. */
  List<GraphInput> results() {
    return results;
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

  /** Takes a name for a node: the wish, or with a number behind it if that is taken. */
  String takeNodeName(String wish) {
    String name = wish;
    for (int i = 2; !nodeNames.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
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
