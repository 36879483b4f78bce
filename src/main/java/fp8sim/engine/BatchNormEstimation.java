package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * New statistics for BatchNormalization: the average over batches of each batch's mean and unbiased
 * variance per channel. Meanwhile every normalization uses the statistics of the batch itself, as
 * in training, so that what a layer measures already comes from layers that are normalized anew.
 */
final class BatchNormEstimation {
  /** Sums over batches, one number per channel, and the graph's names of what they replace. */
  private static final class Statistics {
    final String meanName;
    final String varianceName;
    final String batchMean;
    final String batchVariance;
    final double[] means;
    final double[] variances;

    /** Turns a batch's variance into the unbiased one; depends on the size of the batch. */
    double correction;

    int batches;

    Statistics(Node node, int channels) {
      meanName = node.input(3);
      varianceName = node.input(4);
      batchMean = node.name() + "/batch-mean";
      batchVariance = node.name() + "/batch-variance";
      means = new double[channels];
      variances = new double[channels];
    }

    void add(Tensor mean, Tensor variance) {
      float[] m = Conversion.toFloats(mean);
      float[] v = Conversion.toFloats(variance);
      for (int c = 0; c < means.length; c++) {
        means[c] += m[c];
        variances[c] += v[c] * correction;
      }
      batches++;
    }

    private Tensor average(double[] sums, DataType type) {
      float[] averages = new float[sums.length];
      for (int c = 0; c < sums.length; c++) {
        averages[c] = (float) (sums[c] / batches);
      }
      return Conversion.convert(Tensor.ofFloats(Shape.of(sums.length), averages), type);
    }
  }

  /** By the name of the normalization. */
  private final Map<String, Statistics> byNode = new LinkedHashMap<>();

  private final Map<String, DataType> types = new HashMap<>();

  /** The graph with every normalization by the statistics of its batch, which it also returns. */
  Graph normalizeByBatch(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> initializers = new HashMap<>(graph.initializers());
    Map<String, TensorType> valueTypes = new HashMap<>(graph.types());
    List<String> taps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor mean = graph.initializers().get(node.input(3));
      if (!(node.op() instanceof Op.BatchNormalization) || mean == null) {
        nodes.add(node);
        continue;
      }
      TensorType x = graph.typeOf(node.input(0));
      int channels = mean.shape().elements();
      Statistics statistics =
          byNode.computeIfAbsent(node.name(), name -> new Statistics(node, channels));
      statistics.correction = correction(graph, node, x.shape().elements() / Math.max(1, channels));
      types.put(statistics.meanName, mean.type());
      types.put(statistics.varianceName, mean.type());
      new Subgraph(node, statistics, x, channels, nodes, initializers, valueTypes).add();
      taps.add(statistics.batchMean);
      taps.add(statistics.batchVariance);
    }
    Graph result =
        new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, initializers, valueTypes);
    return result.withTaps(taps);
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

  /** Takes the outputs of one run. */
  void observe(Map<String, Tensor> outputs) {
    for (Statistics statistics : byNode.values()) {
      Tensor mean = outputs.get(statistics.batchMean);
      Tensor variance = outputs.get(statistics.batchVariance);
      if (mean != null && variance != null) {
        statistics.add(mean, variance);
      }
    }
  }

  /** New mean and variance constants by their names in the graph. */
  Map<String, Tensor> result() {
    Map<String, Tensor> constants = new HashMap<>();
    for (Statistics statistics : byNode.values()) {
      if (statistics.batches > 0) {
        DataType type = types.getOrDefault(statistics.meanName, DataType.FLOAT);
        constants.put(statistics.meanName, statistics.average(statistics.means, type));
        constants.put(statistics.varianceName, statistics.average(statistics.variances, type));
      }
    }
    return constants;
  }

  /** The nodes that compute a batch's statistics and normalize by them. */
  private record Subgraph(
      Node normalization,
      Statistics statistics,
      TensorType x,
      int channels,
      List<Node> nodes,
      Map<String, Tensor> initializers,
      Map<String, TensorType> types) {

    void add() {
      int rank = x.shape().rank();
      int[] ones = IntStream.generate(() -> 1).limit(rank).toArray();
      Shape perChannel = Shape.of(channels);
      Shape broadcast = Shape.of(ones).with(1, channels);
      String input = normalization.input(0);
      String axes = constant("/batch-axes", IntStream.range(0, rank).filter(i -> i != 1));
      Op mean = new Op.Reduce(ReduceFunction.MEAN, false, false);
      Op keptMean = new Op.Reduce(ReduceFunction.MEAN, true, false);
      Op subtract = new Op.Binary(BinaryFunction.SUB);
      Op multiply = new Op.Binary(BinaryFunction.MUL);
      String centre = value("/batch-centre", keptMean, broadcast, input, axes);
      String difference = value("/batch-difference", subtract, x.shape(), input, centre);
      String square = value("/batch-square", multiply, x.shape(), difference, difference);
      node(statistics.batchMean, mean, perChannel, input, axes);
      node(statistics.batchVariance, mean, perChannel, square, axes);
      List<String> inputs =
          List.of(
              input,
              normalization.input(1),
              normalization.input(2),
              statistics.batchMean,
              statistics.batchVariance);
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
