package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.quant.QuantizerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects where quantizers go, then makes the graph that has them. */
final class QuantizerInsertion {
  /**
   * A use of a quantizer.
   *
   * @param place what the node is called: as its quantizer, or as another place where that one
   *     quantizes too
   */
  private record Use(QuantizerId place, Op.FakeQuantize op) {
    /** The name of the FakeQuantize node. */
    String node() {
      return place.toString();
    }
  }

  private record InputOf(String node, int index) {}

  private final boolean observes;
  private final Map<InputOf, Use> inputs = new HashMap<>();
  private final Map<String, List<Use>> values = new HashMap<>();
  private final Map<String, QuantizerId> places = new LinkedHashMap<>();

  /**
   * An empty list of quantizers to insert.
   *
   * @param observes whether the nodes update their quantizers' ranges
   */
  QuantizerInsertion(boolean observes) {
    this.observes = observes;
  }

  /** Quantizes what one node reads, for that node only. */
  void onInput(Node node, int index, QuantizerId quantizer) {
    onInput(node, index, new Op.FakeQuantize(quantizer, observes));
  }

  /** Quantizes what a Softmax over the last axis reads, but for masked scores. */
  void onScores(Node node, QuantizerId quantizer) {
    onInput(node, 0, new Op.FakeQuantize(quantizer, observes, true));
  }

  private void onInput(Node node, int index, Op.FakeQuantize op) {
    Use use = new Use(op.quantizer(), op);
    inputs.put(new InputOf(node.name(), index), use);
  }

  /** Quantizes a value for all its readers, after earlier quantizers of the same value. */
  void onValue(String value, QuantizerId quantizer) {
    onValue(value, quantizer, new Op.FakeQuantize(quantizer, observes));
  }

  /** As {@link #onValue(String, QuantizerId)}, for any number of uses of one quantizer. */
  void onValue(String value, QuantizerId place, Op.FakeQuantize op) {
    values.computeIfAbsent(value, v -> new ArrayList<>()).add(new Use(place, op));
  }

  /** What the quantizing nodes of the graph that was made are called, in its order. */
  Map<String, QuantizerId> places() {
    return places;
  }

  /**
   * The graph with the quantizers; values keep their names where all readers see them quantized.
   */
  Graph apply(Graph graph) {
    Map<String, TensorType> types = new HashMap<>(graph.types());
    Set<String> taken = new HashSet<>(types.keySet());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<String> reads = new ArrayList<>(node.inputs());
      for (int i = 0; i < reads.size(); i++) {
        Use use = inputs.get(new InputOf(node.name(), i));
        if (use != null) {
          String quantized = fresh(use.node(), taken);
          types.put(quantized, graph.typeOf(reads.get(i)));
          nodes.add(node(use, reads.get(i), quantized));
          reads.set(i, quantized);
        }
      }
      List<String> writes = new ArrayList<>(node.outputs());
      List<Node> behind = new ArrayList<>();
      for (int i = 0; i < writes.size(); i++) {
        writes.set(i, quantizeValue(graph, writes.get(i), types, taken, behind));
      }
      nodes.add(new Node(node.name(), node.op(), reads, writes));
      nodes.addAll(behind);
    }
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), nodes, graph.initializers(), types);
  }

  /** Adds a value's quantizers to {@code behind} and returns the name of the value before them. */
  @SuppressWarnings("ReferenceEquality") // the last in the list, even if others equal it
  private String quantizeValue(
      Graph graph,
      String value,
      Map<String, TensorType> types,
      Set<String> taken,
      List<Node> behind) {
    List<Use> uses = values.getOrDefault(value, List.of());
    if (uses.isEmpty()) {
      return value;
    }
    String first = fresh(value + "/unquantized", taken);
    types.put(first, graph.typeOf(value));
    String at = first;
    for (Use use : uses) {
      boolean isLast = use == uses.getLast();
      String next = isLast ? value : fresh(use.node(), taken);
      types.put(next, graph.typeOf(value));
      behind.add(node(use, at, next));
      at = next;
    }
    return first;
  }

  private Node node(Use use, String input, String output) {
    places.put(use.node(), use.place());
    return new Node(use.node(), use.op(), List.of(input), List.of(output));
  }

  private static String fresh(String wanted, Set<String> taken) {
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }
}
