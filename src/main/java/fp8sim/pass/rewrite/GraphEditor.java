package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A graph with types under change. Nodes keep their places, so that a node that takes over the
 * output of another stays behind everything it reads.
 */
public final class GraphEditor {
  private final Graph graph;
  private final List<List<Node>> places = new ArrayList<>();
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, Node> byName = new HashMap<>();
  private final Map<String, Integer> placeOf = new HashMap<>();
  private final Map<String, Set<String>> readers = new HashMap<>();
  private final Map<String, Tensor> constants;
  private final Map<String, TensorType> types;
  private final Set<String> outputs;
  private final Set<String> inputs = new HashSet<>();

  /** Values that readers are to read instead of others; they do once they are {@link #settle}d. */
  private final Map<String, String> substitutes = new HashMap<>();

  /** Names of nodes that still read values with a substitute. */
  private final Set<String> stale = new HashSet<>();

  private boolean changed;

  public GraphEditor(Graph graph) {
    this.graph = graph;
    this.constants = new LinkedHashMap<>(graph.initializers());
    this.types = new HashMap<>(graph.types());
    this.outputs = Set.copyOf(graph.outputs());
    graph.inputs().stream().map(GraphInput::name).forEach(inputs::add);
    for (Node node : graph.nodes()) {
      places.add(new ArrayList<>(List.of(node)));
      register(node, places.size() - 1);
    }
  }

  /** The graph as it is now, without nodes and constants that nobody reads. */
  public Graph toGraph() {
    List.copyOf(stale).forEach(this::nodeNamed);
    List<Node> nodes = new ArrayList<>();
    Set<String> needed = new HashSet<>(outputs);
    for (List<Node> place : places.reversed()) {
      for (Node node : place.reversed()) {
        if (node.outputs().stream().anyMatch(needed::contains)) {
          needed.addAll(node.inputs());
          nodes.add(withoutUnread(node, needed));
        }
      }
    }
    needed.addAll(inputs);
    nodes.forEach(node -> needed.addAll(node.outputs()));
    Map<String, Tensor> keptConstants = new LinkedHashMap<>(constants);
    keptConstants.keySet().retainAll(needed);
    Map<String, TensorType> keptTypes = new HashMap<>(types);
    keptTypes.keySet().retainAll(needed);
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), nodes.reversed(), keptConstants, keptTypes);
  }

  private static Node withoutUnread(Node node, Set<String> needed) {
    List<String> names = new ArrayList<>();
    for (String output : node.outputs()) {
      // The first result is computed in any case.
      names.add(names.isEmpty() || needed.contains(output) ? output : "");
    }
    return names.equals(node.outputs())
        ? node
        : new Node(node.name(), node.op(), node.inputs(), names);
  }

  /** The nodes as they are now; changes do not show in the list. */
  public List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    places.forEach(nodes::addAll);
    return nodes;
  }

  /** The node as it is now if only what it reads was bypassed; else the node itself. */
  Node settled(Node node) {
    return has(node) ? settle(node) : node;
  }

  /** Whether the node is still part of the graph. */
  @SuppressWarnings("ReferenceEquality") // an equal node may have taken its place
  public boolean has(Node node) {
    return producers.get(anyOutput(node)) == node;
  }

  @Nullable Node producer(String value) {
    Node node = producers.get(value);
    return node == null ? null : settle(node);
  }

  /** The node that makes a value, if it applies this function. */
  @Nullable Node producer(String value, UnaryFunction function) {
    Node node = producer(value);
    return node != null && node.op() instanceof Op.Unary op && op.function() == function
        ? node
        : null;
  }

  /** The node that makes a value, if it applies this function. */
  @Nullable Node producer(String value, BinaryFunction function) {
    Node node = producer(value);
    return node != null && node.op() instanceof Op.Binary op && op.function() == function
        ? node
        : null;
  }

  /** Whether exactly one node reads the value, once or more, and the user does not. */
  boolean hasOneReader(String value) {
    return readers.getOrDefault(value, Set.of()).size() == 1 && !outputs.contains(value);
  }

  /** The only node that reads the value, if the user does not read it too. */
  @Nullable Node onlyReader(String value) {
    return hasOneReader(value)
        ? nodeNamed(readers.getOrDefault(value, Set.of()).iterator().next())
        : null;
  }

  boolean isOutput(String value) {
    return outputs.contains(value);
  }

  /** Whether the value comes from outside: the user or the model file. */
  boolean isGiven(String value) {
    return inputs.contains(value) || constants.containsKey(value);
  }

  @Nullable
  public Tensor constant(String value) {
    return constants.get(value);
  }

  public TensorType type(String value) {
    TensorType type = types.get(value);
    if (type == null) {
      throw new IllegalStateException("no type for value " + value);
    }
    return type;
  }

  public Shape shape(String value) {
    return type(value).shape();
  }

  /** Adds a constant; returns its name. */
  String addConstant(String wish, Tensor tensor) {
    String name = unusedName(wish);
    constants.put(name, tensor);
    types.put(name, new TensorType(tensor.type(), tensor.shape()));
    return name;
  }

  /** Adds a node of one output in front of another; returns the name of the output. */
  String addBefore(Node next, String suffix, Op op, List<String> nodeInputs, TensorType type) {
    String output = unusedName(next.output() + "/" + suffix);
    types.put(output, type);
    int place = placeOf(next);
    String name = unusedNode(next.name() + "/" + suffix);
    Node node = new Node(name, op, nodeInputs, List.of(output));
    List<Node> neighbours = places.get(place);
    neighbours.add(neighbours.indexOf(next), node);
    register(node, place);
    changed = true;
    return output;
  }

  /**
   * Adds a node behind the one that makes a value as its only output; it takes over the name.
   *
   * @param type of what the first node gives from now on
   * @param others inputs of the new node behind its first
   * @return the new node
   */
  Node addBehind(String value, String suffix, Op op, TensorType type, List<String> others) {
    String inner = unusedName(value + "/" + suffix);
    types.put(inner, type);
    rename(value, inner);
    Node before = Objects.requireNonNull(producers.get(inner));
    List<String> reads = new ArrayList<>(List.of(inner));
    reads.addAll(others);
    Node behind = new Node(unusedNode(before.name() + "/" + suffix), op, reads, List.of(value));
    int place = placeOf(before);
    List<Node> neighbours = places.get(place);
    neighbours.add(neighbours.indexOf(before) + 1, behind);
    register(behind, place);
    return behind;
  }

  /** Puts another operator in the place of a node; it takes over name and outputs. */
  public void replace(Node old, Op op, List<String> newInputs) {
    replace(old, new Node(old.name(), op, newInputs, old.outputs()));
  }

  /** Makes readers of the node's only output read another value of the same type instead. */
  void bypass(Node node, String value) {
    String output = node.output();
    if (!outputs.contains(output)) {
      redirect(output, value);
      remove(node);
    } else if (producers.containsKey(value) && !outputs.contains(value)) {
      remove(node);
      redirect(value, output);
      rename(value, output);
    } else {
      replace(node, new Op.Identity(), List.of(value));
    }
  }

  /** Whether anything was changed since the last call. */
  public boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /**
   * Makes all readers of a value read another one. Each is changed when it is looked at next: a
   * node with very many inputs changes once and not once for each of them.
   */
  private void redirect(String from, String to) {
    Set<String> names = readers.remove(from);
    if (names != null) {
      stale.addAll(names);
      readers.computeIfAbsent(to, name -> new TreeSet<>()).addAll(names);
    }
    substitutes.put(from, to);
    changed = true;
  }

  private Node settle(Node node) {
    if (!stale.remove(node.name())) {
      return node;
    }
    List<String> newInputs = node.inputs().stream().map(this::substitute).toList();
    Node settled = new Node(node.name(), node.op(), newInputs, node.outputs());
    replace(node, settled);
    return settled;
  }

  /** What is to be read instead of a value; chains of substitutes get shorter on the way. */
  private String substitute(String value) {
    String last = value;
    for (String next = substitutes.get(last); next != null; next = substitutes.get(last)) {
      last = next;
    }
    for (String at = value; !at.equals(last); ) {
      String next = substitutes.put(at, last);
      at = next == null ? last : next;
    }
    return last;
  }

  private void rename(String from, String to) {
    Node node = producer(from);
    if (node == null) {
      throw new IllegalStateException("nobody makes " + from);
    }
    List<String> names =
        node.outputs().stream().map(output -> output.equals(from) ? to : output).toList();
    replace(node, new Node(node.name(), node.op(), node.inputs(), names));
  }

  private void replace(Node old, Node node) {
    if (old.equals(node)) {
      return;
    }
    int place = placeOf(old);
    List<Node> neighbours = places.get(place);
    int position = neighbours.indexOf(old);
    unregister(old);
    neighbours.set(position, node);
    register(node, place);
    changed = true;
  }

  private void remove(Node node) {
    places.get(placeOf(node)).remove(node);
    unregister(node);
    changed = true;
  }

  private Node nodeNamed(String name) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalStateException("no node " + name);
    }
    return settle(node);
  }

  private int placeOf(Node node) {
    Integer place = placeOf.get(node.name());
    if (place == null) {
      throw new IllegalStateException(node.describe() + " is not part of the graph");
    }
    return place;
  }

  private void register(Node node, int place) {
    byName.put(node.name(), node);
    placeOf.put(node.name(), place);
    node.outputs().stream().filter(o -> !o.isEmpty()).forEach(o -> producers.put(o, node));
    for (String input : node.inputs()) {
      readers.computeIfAbsent(input, name -> new TreeSet<>()).add(node.name());
    }
  }

  private void unregister(Node node) {
    byName.remove(node.name());
    placeOf.remove(node.name());
    stale.remove(node.name());
    node.outputs().forEach(producers::remove);
    for (String input : node.inputs()) {
      Set<String> names = readers.get(input);
      if (names != null) {
        names.remove(node.name());
      }
    }
  }

  private static String anyOutput(Node node) {
    return node.outputs().stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
  }

  private String unusedNode(String wish) {
    String name = wish;
    while (byName.containsKey(name)) {
      name += "_";
    }
    return name;
  }

  private String unusedName(String wish) {
    String name = wish;
    for (int i = 2; types.containsKey(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }
}
