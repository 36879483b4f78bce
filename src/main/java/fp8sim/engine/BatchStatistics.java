package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A graph in which every BatchNormalization uses the statistics of its batch, as in training, so
 * that what a layer measures already comes from layers that are normalized anew.
 *
 * @param graph with the batch's statistics as outputs too
 * @param normalizations whose statistics it measures
 */
public record BatchStatistics(Graph graph, List<Normalization> normalizations) {
  /**
   * A normalization whose mean and variance are constants.
   *
   * @param node its name
   * @param mean the constant's name
   * @param variance the constant's name
   * @param type of the constants
   * @param correction turns a batch's variance into the unbiased one; depends on the size of the
   *     batch
   */
  public record Normalization(
      String node, String mean, String variance, int channels, DataType type, double correction) {
    /** The output that is the mean of a batch, one number per channel. */
    String batchMean() {
      return node + "/batch-mean";
    }

    /** The output that is the variance of a batch, divided by the number of its values. */
    String batchVariance() {
      return node + "/batch-variance";
    }
  }

  public BatchStatistics {
    normalizations = List.copyOf(normalizations);
  }

  /** A graph that measures nothing. */
  static BatchStatistics none(Graph graph) {
    return new BatchStatistics(graph, List.of());
  }

  /** The graph with every normalization by the statistics of its batch, which it also returns. */
  static BatchStatistics of(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> initializers = new HashMap<>(graph.initializers());
    Map<String, TensorType> types = new HashMap<>(graph.types());
    List<Normalization> normalizations = new ArrayList<>();
    List<String> taps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor mean = graph.initializers().get(node.input(3));
      if (!(node.op() instanceof Op.BatchNormalization) || mean == null) {
        nodes.add(node);
        continue;
      }
      Normalization normalization = normalization(graph, node, mean);
      normalizations.add(normalization);
      TensorType x = graph.typeOf(node.input(0));
      new Subgraph(node, normalization, x, nodes, initializers, types).add();
      taps.add(normalization.batchMean());
      taps.add(normalization.batchVariance());
    }
    Graph result =
        new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, initializers, types);
    return new BatchStatistics(result.withTaps(taps), normalizations);
  }

  private static Normalization normalization(Graph graph, Node node, Tensor mean) {
    int channels = mean.shape().elements();
    int elements = graph.typeOf(node.input(0)).shape().elements();
    double correction = correction(graph, node, elements / Math.max(1, channels));
    return new Normalization(
        node.name(), node.input(3), node.input(4), channels, mean.type(), correction);
  }

  /** {@code count / (count - 1)}, for {@code count} values of a channel. */
  private static double correction(Graph graph, Node node, int count) {
    if (count < 2) {
      throw Fp8simException.input(
          "%s: %s: a batch has one value for each channel, which has no variance; give a larger %s"
              .formatted(graph.name(), node.describe(), UserOption.CALIBRATION_BATCH_SIZE));
    }
    return (double) count / (count - 1);
  }

  /** The nodes that compute a batch's statistics and normalize by them. */
  private record Subgraph(
      Node normalization,
      Normalization statistics,
      TensorType x,
      List<Node> nodes,
      Map<String, Tensor> initializers,
      Map<String, TensorType> types) {

    void add() {
      int rank = x.shape().rank();
      int[] ones = IntStream.generate(() -> 1).limit(rank).toArray();
      Shape perChannel = Shape.of(statistics.channels());
      Shape broadcast = Shape.of(ones).with(1, statistics.channels());
      String input = normalization.input(0);
      String axes = constant("/batch-axes", IntStream.range(0, rank).filter(i -> i != 1));
      Op mean = new Op.Reduce(ReduceFunction.MEAN, false, false);
      Op keptMean = new Op.Reduce(ReduceFunction.MEAN, true, false);
      Op subtract = new Op.Binary(BinaryFunction.SUB);
      Op multiply = new Op.Binary(BinaryFunction.MUL);
      String centre = value("/batch-centre", keptMean, broadcast, input, axes);
      String difference = value("/batch-difference", subtract, x.shape(), input, centre);
      String square = value("/batch-square", multiply, x.shape(), difference, difference);
      node(statistics.batchMean(), mean, perChannel, input, axes);
      node(statistics.batchVariance(), mean, perChannel, square, axes);
      List<String> inputs =
          List.of(
              input,
              normalization.input(1),
              normalization.input(2),
              statistics.batchMean(),
              statistics.batchVariance());
      nodes.add(
          new Node(normalization.name(), normalization.op(), inputs, normalization.outputs()));
    }

    private String constant(String suffix, IntStream numbers) {
      String name = normalization.name() + suffix;
      long[] values = numbers.asLongStream().toArray();
      Tensor tensor = Tensor.ofLongs(Shape.of(values.length), values);
      initializers.put(name, tensor);
      types.put(name, new TensorType(tensor.type(), tensor.shape()));
      return name;
    }

    private String value(String suffix, Op op, Shape shape, String... inputs) {
      String name = normalization.name() + suffix;
      node(name, op, shape, inputs);
      return name;
    }

    private void node(String name, Op op, Shape shape, String... inputs) {
      nodes.add(new Node(name, op, List.of(inputs), List.of(name)));
      types.put(name, new TensorType(x.type(), shape));
    }
  }
}
