package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.quant.Channels;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folds BatchNormalization into the weight and bias of the node before it, in float32: {@code alpha
 * = scale * (1 / sqrt(variance + epsilon))}, {@code weight * alpha}, {@code bias * alpha + (beta -
 * mean * alpha)}.
 */
public final class BatchNormFolding {
  private static final int BIAS = 2;

  private final Graph graph;
  private final GraphIndex index;
  private final Map<String, Tensor> initializers;

  private BatchNormFolding(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.initializers = new HashMap<>(graph.initializers());
  }

  /** The graph without the normalizations that could be folded. */
  public static Graph fold(Graph graph) {
    return new BatchNormFolding(graph).fold();
  }

  /** What the user should know about a graph whose normalizations are kept. */
  static List<String> notes(Graph graph) {
    boolean hasNorm =
        graph.nodes().stream().anyMatch(node -> node.op() instanceof Op.BatchNormalization);
    long biased =
        graph.nodes().stream()
            .filter(node -> node.op() instanceof Op.Conv && node.hasInput(BIAS))
            .count();
    return hasNorm || biased < 2
        ? List.of()
        : List.of(
            graph.name()
                + ": there is no BatchNormalization to keep; if the network was trained with it,"
                + " the exporter has folded it into the convolutions");
  }

  private Graph fold() {
    List<Node> nodes = new ArrayList<>();
    Set<String> folded = new HashSet<>();
    for (Node node : graph.nodes()) {
      Node norm = index.onlyConsumer(node.output());
      Node merged = norm == null ? null : merge(node, norm);
      if (merged != null && norm != null) {
        nodes.add(merged);
        folded.add(norm.name());
      } else if (!folded.contains(node.name())) {
        nodes.add(node);
      }
    }
    Map<String, TensorType> types = new HashMap<>(graph.types());
    initializers.forEach(
        (name, tensor) -> types.put(name, new TensorType(tensor.type(), tensor.shape())));
    return new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, initializers, types);
  }

  private @Nullable Node merge(Node node, Node norm) {
    WeightLayer layer = index.weightLayer(node);
    boolean canHoldBias =
        node.op() instanceof Op.Conv
            || node.op() instanceof Op.ConvTranspose
            || (node.op() instanceof Op.Gemm gemm && gemm.alpha() == 1 && gemm.beta() == 1);
    if (layer == null
        || layer.weight().type() != DataType.FLOAT
        || !canHoldBias
        || !(norm.op() instanceof Op.BatchNormalization op)
        || !norm.input(0).equals(node.output())) {
      return null;
    }
    Tensor[] parameters = new Tensor[4];
    for (int i = 0; i < parameters.length; i++) {
      Tensor parameter = graph.initializers().get(norm.input(i + 1));
      if (parameter == null || parameter.type() != DataType.FLOAT) {
        return null;
      }
      parameters[i] = parameter;
    }
    Channels channels = layer.channels();
    int count = channels.count(layer.weight().shape());
    float[] bias = new float[count];
    if (node.hasInput(BIAS)) {
      Tensor given = graph.initializers().get(node.input(BIAS));
      if (given == null || given.type() != DataType.FLOAT || given.shape().elements() != count) {
        return null;
      }
      bias = given.toFloats();
    }
    float[] alpha = alpha(parameters[0].toFloats(), parameters[3].toFloats(), op.epsilon());
    shift(bias, alpha, parameters[1].toFloats(), parameters[2].toFloats());
    String weightName = node.name() + "/folded-weight";
    String biasName = node.name() + "/folded-bias";
    initializers.put(weightName, scaled(layer.weight(), channels, alpha));
    initializers.put(biasName, Tensor.ofFloats(Shape.of(count), bias));
    return new Node(
        node.name(), node.op(), List.of(node.input(0), weightName, biasName), norm.outputs());
  }

  private static float[] alpha(float[] scale, float[] variance, float epsilon) {
    float[] alpha = new float[scale.length];
    for (int c = 0; c < alpha.length; c++) {
      alpha[c] = scale[c] * (1f / (float) Math.sqrt(variance[c] + epsilon));
    }
    return alpha;
  }

  private static void shift(float[] bias, float[] alpha, float[] beta, float[] mean) {
    for (int c = 0; c < bias.length; c++) {
      bias[c] = bias[c] * alpha[c] + (beta[c] - mean[c] * alpha[c]);
    }
  }

  private static Tensor scaled(Tensor weight, Channels channels, float[] alpha) {
    float[] values = weight.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= alpha[channels.of(weight.shape(), i)];
    }
    return Tensor.ofFloats(weight.shape(), values);
  }
}
