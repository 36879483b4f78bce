package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A layer as {@code inspect} shows it.
 *
 * @param inputs types of the computed inputs; constants count as parameters
 * @param output type of the first output
 * @param macs multiplications of the layer's products
 * @param parameters elements of its constants; a constant that two layers share counts at the first
 */
public record LayerInfo(
    String name,
    String operator,
    List<TensorType> inputs,
    TensorType output,
    long macs,
    long parameters) {
  public LayerInfo {
    inputs = List.copyOf(inputs);
  }

  /** All layers of a graph with inferred types; quantizers are none. */
  public static List<LayerInfo> of(Graph graph) {
    Set<String> counted = new HashSet<>();
    List<LayerInfo> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.FakeQuantize) {
        continue;
      }
      List<TensorType> inputs = new ArrayList<>();
      long parameters = 0;
      for (String name : node.inputs()) {
        Tensor constant = graph.initializers().get(name);
        if (constant != null) {
          parameters += counted.add(name) ? constant.shape().elements() : 0;
        } else if (!name.isEmpty()) {
          inputs.add(graph.typeOf(name));
        }
      }
      layers.add(
          new LayerInfo(
              node.name(),
              node.op().onnxName(),
              inputs,
              graph.typeOf(node.output()),
              macs(graph, node),
              parameters));
    }
    return layers;
  }

  private static long macs(Graph graph, Node node) {
    return switch (node.op()) {
      case Op.Conv op -> {
        Shape weight = graph.typeOf(node.input(1)).shape();
        yield elements(graph, node.output()) * weight.elements(1, weight.rank());
      }
      case Op.ConvTranspose op -> {
        Shape weight = graph.typeOf(node.input(1)).shape();
        yield elements(graph, node.input(0)) * weight.elements(1, weight.rank());
      }
      case Op.Gemm op -> {
        Shape a = graph.typeOf(node.input(0)).shape();
        yield elements(graph, node.output()) * a.dim(op.transA() ? 0 : 1);
      }
      case Op.MatMul op ->
          elements(graph, node.output()) * graph.typeOf(node.input(0)).shape().dim(-1);
      case Op.Attention op -> {
        Shape q = graph.typeOf(node.input(0)).shape();
        Shape v = graph.typeOf(node.input(2)).shape();
        long scores = elements(graph, node.output()) / v.dim(-1) * v.dim(-2);
        yield scores * (q.dim(-1) + v.dim(-1));
      }
      case Op.Einsum op -> einsumMacs(op, graph, node);
      default -> 0;
    };
  }

  /** The product of all axes' sizes, if there is something to multiply. */
  private static long einsumMacs(Op.Einsum op, Graph graph, Node node) {
    String[] terms = op.equation().split("->", -1)[0].split(",", -1);
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < terms.length; i++) {
      Shape shape = graph.typeOf(node.input(i)).shape();
      for (int axis = 0; axis < terms[i].length(); axis++) {
        sizes.merge((int) terms[i].charAt(axis), shape.dim(axis), Math::max);
      }
    }
    long each = sizes.values().stream().mapToLong(size -> size).reduce(1, (a, b) -> a * b);
    return each * (terms.length - 1);
  }

  private static long elements(Graph graph, String value) {
    return graph.typeOf(value).shape().elements();
  }
}
