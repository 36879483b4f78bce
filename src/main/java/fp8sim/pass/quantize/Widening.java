package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Computes groups of nodes of other floating-point types in float32, where quantizers work: a Cast
 * in front of and behind each group, so that what lies between groups is rounded as before.
 */
final class Widening {
  private static final String SUFFIX = "/float32";

  private final Graph graph;
  private final GraphIndex index;

  /** Nodes to be computed in float32, with the number of their group. */
  private final Map<String, Integer> groups = new HashMap<>();

  private final Map<String, Tensor> constants;
  private final Map<String, TensorType> types;
  private final Map<String, String> widened = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();

  private Widening(Graph graph, GraphIndex index) {
    this.graph = graph;
    this.index = index;
    constants = new HashMap<>(graph.initializers());
    types = new HashMap<>(graph.types());
    graph.nodes().forEach(node -> names.add(node.name()));
  }

  /**
   * The graph with float32 where quantizers may go.
   *
   * @param restoring as {@link GraphIndex} has it
   * @param others nodes besides weight layers, residual Adds and average pooling
   */
  static Graph widen(Graph graph, Set<String> restoring, Predicate<Node> others) {
    boolean isFloat32 =
        graph.types().values().stream()
            .noneMatch(
                type -> ConstantElements.isNumber(type.type()) && type.type() != DataType.FLOAT);
    return isFloat32 ? graph : new Widening(graph, new GraphIndex(graph, restoring)).widen(others);
  }

  private Graph widen(Predicate<Node> others) {
    for (Node node : graph.nodes()) {
      DataType type = graph.typeOf(firstOutput(node)).type();
      if (!groups.containsKey(node.name())
          && ConstantElements.isNumber(type)
          && type != DataType.FLOAT) {
        int group = groups.size();
        group(node, others).forEach(member -> groups.put(member.name(), group));
      }
    }
    for (Node node : graph.nodes()) {
      if (groups.containsKey(node.name())) {
        widen(node);
      } else {
        nodes.add(node);
      }
    }
    return new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, constants, types);
  }

  private static String firstOutput(Node node) {
    return node.outputs().stream().filter(name -> !name.isEmpty()).findFirst().orElse("");
  }

  private List<Node> group(Node node, Predicate<Node> others) {
    WeightLayer layer = index.weightLayer(node);
    if (layer != null) {
      return index.members(layer);
    }
    if (index.isResidualAdd(node)) {
      Node next = index.onlyConsumer(node.output());
      boolean hasActivation = next != null && index.isActivation(next, node.output());
      return next != null && hasActivation ? List.of(node, next) : List.of(node);
    }
    return index.isAveragePooling(node) || others.test(node) ? List.of(node) : List.of();
  }

  private void widen(Node node) {
    List<String> inputs = node.inputs().stream().map(value -> input(node, value)).toList();
    List<String> outputs = new ArrayList<>();
    List<Node> casts = new ArrayList<>();
    for (String value : node.outputs()) {
      boolean isWide = value.isEmpty() || !isNarrow(value);
      if (isWide) {
        outputs.add(value);
      } else if (isInside(node, index.onlyConsumer(value))) {
        types.put(value, float32(value));
        outputs.add(value);
      } else {
        String wide = declare(value + SUFFIX, value);
        outputs.add(wide);
        casts.add(cast(wide, graph.typeOf(value).type(), value));
      }
    }
    nodes.add(new Node(node.name(), node.op(), inputs, outputs));
    nodes.addAll(casts);
  }

  private boolean isInside(Node node, @Nullable Node next) {
    return next != null
        && groups.containsKey(next.name())
        && groups.get(next.name()).equals(groups.get(node.name()));
  }

  private boolean isNarrow(String value) {
    DataType type = graph.typeOf(value).type();
    return ConstantElements.isNumber(type) && type != DataType.FLOAT;
  }

  private String input(Node node, String value) {
    if (value.isEmpty() || !isNarrow(value)) {
      return value;
    }
    Node before = index.producer(value);
    if (before != null && isInside(before, node) && index.onlyConsumer(value) != null) {
      return value;
    }
    String known = widened.get(value);
    if (known != null) {
      return known;
    }
    Tensor constant = graph.initializers().get(value);
    String wide = declare(value + (constant == null ? "/read" : "") + SUFFIX, value);
    if (constant == null) {
      nodes.add(cast(value, DataType.FLOAT, wide));
    } else {
      // One without a type is there already: an estimate of BatchNormalization's.
      constants.computeIfAbsent(wide, name -> ConstantElements.toFloat32(constant));
    }
    widened.put(value, wide);
    return wide;
  }

  private TensorType float32(String value) {
    return new TensorType(DataType.FLOAT, graph.typeOf(value).shape());
  }

  /** A new value, a known one as float32. */
  private String declare(String wish, String value) {
    String name = wish;
    while (types.containsKey(name)) {
      name += "_";
    }
    types.put(name, float32(value));
    return name;
  }

  private Node cast(String from, DataType to, String value) {
    String name = value + "/cast";
    while (!names.add(name)) {
      name += "_";
    }
    return new Node(name, new Op.Cast(to, true), List.of(from), List.of(value));
  }
}
