package fp8sim.pass.quantize;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who makes and who reads each value of an inferred graph, and what its nodes are to placement. */
final class GraphIndex {
  private static final int SPATIAL_RANK = 4;

  /** Less is not sure to make a probability negligible. */
  private static final double SMALLEST_MASK = 44;

  private final Graph graph;
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, List<Node>> consumers = new HashMap<>();
  private final Set<String> outputs;
  private final Set<String> restoring;

  GraphIndex(Graph graph) {
    this(graph, Set.of());
  }

  /**
   * An index.
   *
   * @param restoring names of nodes that put a product's result in order: they belong to its group
   */
  GraphIndex(Graph graph, Set<String> restoring) {
    this.graph = graph;
    this.restoring = restoring;
    outputs = new HashSet<>(graph.outputs());
    for (Node node : graph.nodes()) {
      node.outputs().forEach(value -> producers.put(value, node));
      for (String value : node.inputs()) {
        consumers.computeIfAbsent(value, v -> new ArrayList<>()).add(node);
      }
    }
  }

  @Nullable Node producer(String value) {
    return producers.get(value);
  }

  boolean isConstant(String value) {
    return graph.initializers().containsKey(value);
  }

  /** The nodes that read a value; one that reads it twice is there twice. */
  List<Node> readers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** The only node that reads a value, if there is one and the value is no output. */
  @Nullable Node onlyConsumer(String value) {
    List<Node> nodes = consumers.getOrDefault(value, List.of());
    return nodes.size() == 1 && !outputs.contains(value) ? nodes.getFirst() : null;
  }

  private boolean isNumber(String value) {
    return ConstantElements.isNumber(graph.typeOf(value).type());
  }

  /** Whether a value has the type that quantizers work on. */
  boolean isFloat(String value) {
    return graph.typeOf(value).type() == DataType.FLOAT;
  }

  /** The group of a node with a constant weight; null if the node is none. */
  @Nullable WeightLayer weightLayer(Node node) {
    Tensor weight = WeightLayer.weightOf(node, graph.initializers());
    if (weight == null || !ConstantElements.isNumber(weight.type())) {
      return null;
    }
    String result = node.output();
    Node next = onlyConsumer(result);
    while (next != null && restoring.contains(next.name())) {
      result = next.output();
      next = onlyConsumer(result);
    }
    if (next != null && isBias(next, result)) {
      result = next.output();
      next = onlyConsumer(result);
    }
    String output = result;
    if (next != null && isNormalization(next, output)) {
      output = next.output();
      next = onlyConsumer(output);
    }
    if (next != null && isActivation(next, output)) {
      output = next.output();
    }
    return new WeightLayer(node, weight, result, output);
  }

  private boolean isBias(Node node, String value) {
    if (!(node.op() instanceof Op.Binary binary) || binary.function() != BinaryFunction.ADD) {
      return false;
    }
    String other = node.input(0).equals(value) ? node.input(1) : node.input(0);
    return isConstant(other)
        && graph.typeOf(node.output()).shape().equals(graph.typeOf(value).shape());
  }

  private boolean isNormalization(Node node, String value) {
    return node.op() instanceof Op.BatchNormalization
        && node.input(0).equals(value)
        && node.inputs().subList(1, node.inputs().size()).stream().allMatch(this::isConstant);
  }

  /** Whether a node is an activation function of a value, with constant parameters. */
  boolean isActivation(Node node, String value) {
    boolean isFunction =
        switch (node.op()) {
          case Op.Clip _ -> true;
          case Op.Binary binary -> binary.function() == BinaryFunction.PRELU;
          case Op.Unary unary ->
              switch (unary.function()) {
                case CELU,
                    CLAMP,
                    ELU,
                    GELU,
                    GELU_TANH,
                    HARD_SIGMOID,
                    HARD_SWISH,
                    LEAKY_RELU,
                    MISH,
                    RELU,
                    SELU,
                    SIGMOID,
                    SILU,
                    SOFTPLUS,
                    SOFTSIGN,
                    TANH,
                    THRESHOLDED_RELU ->
                    true;
                default -> false;
              };
          default -> false;
        };
    return isFunction
        && node.input(0).equals(value)
        && node.inputs().stream()
            .skip(1)
            .allMatch(parameter -> parameter.isEmpty() || isConstant(parameter));
  }

  /** Whether a node adds two computed tensors of equal shape. */
  boolean isResidualAdd(Node node) {
    return node.op() instanceof Op.Binary binary
        && binary.function() == BinaryFunction.ADD
        && isNumber(node.output())
        && !isConstant(node.input(0))
        && !isConstant(node.input(1))
        && graph.typeOf(node.input(0)).shape().equals(graph.typeOf(node.input(1)).shape());
  }

  /** The value after a node and the activation function that may follow. */
  String afterActivation(Node node) {
    Node next = onlyConsumer(node.output());
    return next != null && isActivation(next, node.output()) ? next.output() : node.output();
  }

  /** Whether a node averages over spatial axes. */
  boolean isAveragePooling(Node node) {
    return switch (node.op()) {
      case Op.AveragePool _ -> true;
      case Op.GlobalPool pool -> !pool.max();
      case Op.Reduce reduce -> reduce.function() == ReduceFunction.MEAN && reducesSpatialAxes(node);
      default -> false;
    };
  }

  private boolean reducesSpatialAxes(Node node) {
    Tensor axes = graph.initializers().get(node.input(1));
    int rank = graph.typeOf(node.input(0)).shape().rank();
    if (rank != SPATIAL_RANK || axes == null || axes.shape().elements() != 2) {
      return false;
    }
    return axes.data().getAtIndex(Tensor.LONG, 0) == 2
        && axes.data().getAtIndex(Tensor.LONG, 1) == 3;
  }

  /**
   * The values that a value is made of by moving, choosing or limiting elements only, from itself
   * back to the first one: it is quantized if one of them is. Casts between types of floating-point
   * numbers count as moving: quantized values are short.
   */
  List<String> sources(String value) {
    List<String> sources = new ArrayList<>(List.of(value));
    Node node = producers.get(value);
    while (node != null && (keepsElements(node) || isFloatCast(node))) {
      sources.add(node.input(0));
      node = producers.get(node.input(0));
    }
    return sources;
  }

  /** Whether scores in front of a Softmax may be masked: something is added or chosen. */
  boolean mayBeMasked(String scores) {
    String at = scores;
    Node node = producers.get(at);
    while (node != null) {
      switch (node.op()) {
        case Op.Where _ -> {
          return true;
        }
        case Op.Binary _ -> {
          boolean isLeft = isConstant(node.input(0));
          Tensor constant = graph.initializers().get(node.input(isLeft ? 0 : 1));
          if (constant == null || hasMask(constant)) {
            return true;
          }
          at = node.input(isLeft ? 1 : 0);
        }
        case Op.Unary _ -> at = node.input(0);
        default -> {
          if (!movesElements(node) && !isFloatCast(node)) {
            return false;
          }
          at = node.input(0);
        }
      }
      node = producers.get(at);
    }
    return false;
  }

  private static boolean hasMask(Tensor constant) {
    for (int i = 0;
        i < constant.shape().elements() && ConstantElements.isReadable(constant.type());
        i++) {
      if (Math.abs(ConstantElements.number(constant, i)) >= SMALLEST_MASK) {
        return true;
      }
    }
    return false;
  }

  private boolean isFloatCast(Node node) {
    return node.op() instanceof Op.Cast && isNumber(node.input(0)) && isNumber(node.output());
  }

  /** Whether a node's results are elements of its first input, or zero in place of some. */
  static boolean keepsElements(Node node) {
    return movesElements(node) || node.op().onnxName().equals("Relu");
  }

  /** Whether a node's results are elements of its first input. */
  static boolean movesElements(Node node) {
    return switch (node.op().onnxName()) {
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Transpose" -> true;
      case "MaxPool", "GlobalMaxPool", "Slice", "Gather", "Split", "Expand" -> true;
      case "SpaceToDepth", "DepthToSpace", "Tile" -> true;
      default -> false;
    };
  }

  /** The nodes of a group, in order. */
  List<Node> members(WeightLayer layer) {
    List<Node> members = new ArrayList<>(List.of(layer.node()));
    while (!members.getLast().output().equals(layer.output())) {
      members.add(Objects.requireNonNull(onlyConsumer(members.getLast().output())));
    }
    return members;
  }
}
