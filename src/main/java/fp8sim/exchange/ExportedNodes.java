package fp8sim.exchange;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph that is being written anew: nodes, constants and types, with names that are unique. */
final class ExportedNodes {
  private final Graph graph;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants;
  private final Map<String, TensorType> types;
  private final Set<String> names;

  ExportedNodes(Graph graph) {
    this.graph = graph;
    this.constants = new HashMap<>(graph.initializers());
    this.types = new HashMap<>(graph.types());
    this.names = new HashSet<>(types.keySet());
    names.addAll(constants.keySet());
  }

  void add(Node node) {
    nodes.add(node);
  }

  /** A node whose one output has a new name; returns that. */
  String add(String wish, Op op, TensorType type, String... inputs) {
    String output = reserve(wish, type);
    nodes.add(new Node(output, op, List.of(inputs), List.of(output)));
    return output;
  }

  /** A new name of a value that {@link #make} makes. */
  String reserve(String wish, TensorType type) {
    String name = fresh(wish);
    types.put(name, type);
    return name;
  }

  /** A node that makes a value that the graph has already. */
  void make(String output, Op op, String... inputs) {
    nodes.add(new Node(output, op, List.of(inputs), List.of(output)));
  }

  /** A new constant; returns its name. */
  String constant(String wish, Tensor tensor) {
    String name = fresh(wish);
    constants.put(name, tensor);
    types.put(name, new TensorType(tensor.type(), tensor.shape()));
    return name;
  }

  /** A constant that a node makes from now on. */
  void forget(String constant) {
    constants.remove(constant);
  }

  TensorType type(String value) {
    TensorType type = types.get(value);
    return type == null ? graph.typeOf(value) : type;
  }

  private String fresh(String wish) {
    String name = wish;
    for (int i = 2; !names.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  Graph toGraph() {
    return new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, constants, types);
  }
}
