package fp8sim.pass.quantize;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Models that are quantized already: QuantizeLinear and DequantizeLinear around float32 layers.
 *
 * <p>A pair rounds and limits. Exporters leave a ReLU or ReLU6 to the limits of the pair behind it,
 * so these stay, as a Clip, where the rounding goes.
 */
final class QuantizedModel {
  private static final int ZERO_POINT = 2;

  private final Graph graph;
  private final GraphIndex index;
  private final Map<String, Tensor> constants;
  private final Map<String, TensorType> types;
  private final List<Node> nodes = new ArrayList<>();

  /** Dequantized values by the names that their readers read instead. */
  private final Map<String, String> renamed = new HashMap<>();

  /** The limits of values that come from a Clip of this pass. */
  private final Map<String, RepresentableRange> limits = new HashMap<>();

  private QuantizedModel(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.constants = new HashMap<>(graph.initializers());
    this.types = new HashMap<>(graph.types());
  }

  /**
   * The graph with Clips in place of pairs of QuantizeLinear and DequantizeLinear, so that it can
   * be quantized anew. Between the two may be nodes that move or choose elements. Weights, which
   * constant folding has dequantized, keep their values; pairs with computed scales stay.
   */
  static Graph strip(Graph graph) {
    boolean isQuantized =
        graph.nodes().stream()
            .anyMatch(node -> node.op() instanceof Op.QuantizeLinear || isSimulated(node));
    return isQuantized ? new QuantizedModel(graph).strip() : graph;
  }

  private Graph strip() {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.QuantizeLinear) {
        visit(node);
      } else if (isSimulated(node)) {
        visitSimulated(node);
      } else if (!renamed.containsKey(node.output())) {
        nodes.add(reading(node));
      } else if (graph.outputs().contains(node.output())) {
        Node original = reading(node);
        nodes.add(
            new Node(
                node.name(), new Op.Identity(), List.of(original.input(0)), original.outputs()));
      }
    }
    return renamed.isEmpty()
        ? graph
        : DeadNodes.remove(
            new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, constants, types));
  }

  /** The node with the values that replace what it reads. */
  private Node reading(Node node) {
    List<String> inputs = node.inputs().stream().map(this::current).toList();
    return new Node(node.name(), node.op(), inputs, node.outputs());
  }

  private String current(String value) {
    return renamed.getOrDefault(value, value);
  }

  /** QONNX's quantizers are pairs in one. */
  private static boolean isSimulated(Node node) {
    return node.op() instanceof Op.Quant || node.op() instanceof Op.FloatQuant;
  }

  private void visitSimulated(Node quantize) {
    RepresentableRange range = RepresentableRange.ofSimulated(graph, quantize);
    boolean isOutput = graph.outputs().contains(quantize.output());
    String limited = range == null || isOutput ? "" : limit(quantize, range);
    if (limited.isEmpty()) {
      nodes.add(reading(quantize));
    } else if (!limited.equals(quantize.output())) {
      renamed.put(quantize.output(), limited);
    }
  }

  private void visit(Node quantize) {
    RepresentableRange range = RepresentableRange.of(graph, quantize);
    List<Node> dequantize = range == null ? null : dequantizers(quantize);
    if (range == null || dequantize == null) {
      nodes.add(reading(quantize));
      return;
    }
    String limited = limit(quantize, range);
    if (!limited.equals(quantize.output())) {
      renamed.put(quantize.output(), limited);
    }
    for (Node last : dequantize) {
      renamed.put(last.output(), current(last.input(0)));
    }
  }

  /**
   * The nodes that undo a QuantizeLinear, directly or behind nodes that move its codes; those are
   * made to move numbers. Null if the codes are used for something else too.
   */
  private @Nullable List<Node> dequantizers(Node quantize) {
    TensorType type = graph.typeOf(quantize.input(0));
    boolean isOfTensor = graph.typeOf(quantize.input(1)).shape().elements() == 1;
    List<Node> found = new ArrayList<>();
    List<Node> between = new ArrayList<>();
    Deque<String> codes = new ArrayDeque<>(List.of(quantize.output()));
    while (!codes.isEmpty()) {
      String value = codes.remove();
      if (graph.outputs().contains(value)) {
        return null;
      }
      for (Node reader : index.readers(value)) {
        if (reader.op() instanceof Op.DequantizeLinear) {
          if (!undoes(reader, quantize) || graph.typeOf(reader.output()).type() != type.type()) {
            return null;
          }
          found.add(reader);
        } else if (isOfTensor
            && GraphIndex.movesElements(reader)
            && reader.input(0).equals(value)
            && reader.outputs().size() == 1) {
          between.add(reader);
          codes.add(reader.output());
        } else {
          return null;
        }
      }
    }
    types.put(quantize.output(), type);
    for (Node node : between) {
      types.put(node.output(), new TensorType(type.type(), graph.typeOf(node.output()).shape()));
    }
    return found;
  }

  private boolean undoes(Node dequantize, Node quantize) {
    Op.QuantizeLinear from = (Op.QuantizeLinear) quantize.op();
    Op.DequantizeLinear to = (Op.DequantizeLinear) dequantize.op();
    boolean isOfTensor = graph.typeOf(quantize.input(1)).shape().elements() == 1;
    return (isOfTensor || (from.axis() == to.axis() && from.blockSize() == to.blockSize()))
        && isSame(quantize.input(1), dequantize.input(1))
        && isSame(quantize.input(ZERO_POINT), dequantize.input(ZERO_POINT));
  }

  private boolean isSame(String a, String b) {
    Tensor x = graph.initializers().get(a);
    Tensor y = graph.initializers().get(b);
    return a.equals(b)
        || (isZero(x, a) && isZero(y, b))
        || (x != null
            && y != null
            && x.type() == y.type()
            && x.shape().elements() == y.shape().elements()
            && x.data().mismatch(y.data()) < 0);
  }

  /** Whether a zero point is absent or zero. */
  private static boolean isZero(@Nullable Tensor tensor, String name) {
    if (tensor == null) {
      return name.isEmpty();
    }
    byte[] bytes = tensor.data().toArray(Tensor.BYTE);
    for (byte part : bytes) {
      if (part != 0) {
        return false;
      }
    }
    return true;
  }

  /** Limits what a QuantizeLinear reads, if it has to; returns the name of the limited value. */
  private String limit(Node quantize, RepresentableRange range) {
    String value = current(quantize.input(0));
    // Zero, which padding adds, is inside, but for a Clip that the model had.
    RepresentableRange known = limits.get(source(value));
    if (range.isUnlimited() || (known != null && range.holds(known.withZero()))) {
      return value;
    }
    String limited = quantize.output();
    if (!range.isOfTensor()) {
      limitChannels(quantize, value, range);
      return limited;
    }
    Node before = index.producer(value);
    RepresentableRange both = range;
    if (before != null
        && before.op() instanceof Op.Unary unary
        && index.onlyConsumer(value) != null) {
      if (unary.function() == UnaryFunction.RELU) {
        both = range.after(0, Float.POSITIVE_INFINITY);
        value = current(before.input(0));
      } else if (unary.function() == UnaryFunction.CLAMP && unary.alpha() <= unary.beta()) {
        both = range.after(unary.alpha(), unary.beta());
        value = current(before.input(0));
      }
    }
    Op.Unary clamp = new Op.Unary(UnaryFunction.CLAMP, both.low()[0], both.high()[0]);
    nodes.add(new Node(quantize.name(), clamp, List.of(value), List.of(limited)));
    limits.put(limited, both);
    return limited;
  }

  private void limitChannels(Node quantize, String value, RepresentableRange range) {
    String base = quantize.output();
    DataType type = graph.typeOf(quantize.input(0)).type();
    String low = constant(base + "/low", ConstantElements.of(type, range.shape(), range.low()));
    String high = constant(base + "/high", ConstantElements.of(type, range.shape(), range.high()));
    String above = unused(base + "/above");
    types.put(above, graph.typeOf(quantize.input(0)));
    Op.Binary max = new Op.Binary(BinaryFunction.MAX);
    Op.Binary min = new Op.Binary(BinaryFunction.MIN);
    nodes.add(new Node(quantize.name() + "/above", max, List.of(value, low), List.of(above)));
    nodes.add(new Node(quantize.name(), min, List.of(above, high), List.of(base)));
  }

  private String constant(String wish, Tensor tensor) {
    String name = unused(wish);
    constants.put(name, tensor);
    types.put(name, new TensorType(tensor.type(), tensor.shape()));
    return name;
  }

  private String unused(String wish) {
    String name = wish;
    for (int i = 2; types.containsKey(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /** The limited value that a value is made of by moving, choosing or averaging elements. */
  private String source(String value) {
    String at = value;
    while (!limits.containsKey(at)) {
      Node node = index.producer(at);
      boolean isInside =
          node != null && (GraphIndex.keepsElements(node) || index.isAveragePooling(node));
      if (node == null || !isInside) {
        return at;
      }
      at = current(node.input(0));
    }
    return at;
  }
}
