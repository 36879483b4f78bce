package fp8sim.engine;

import fp8sim.graph.BatchNormalization;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * New statistics for BatchNormalization: the average over batches of each batch's mean and unbiased
 * variance per channel, taken before the normalization in a network that still uses the old ones.
 */
final class BatchNormEstimation {
  /** Sums over batches; one value per channel. */
  private static final class Statistics {
    final String meanName;
    final String varianceName;
    final double[] means;
    final double[] variances;
    int batches;

    Statistics(Node node, int channels) {
      meanName = node.input(3);
      varianceName = node.input(4);
      means = new double[channels];
      variances = new double[channels];
    }

    void add(Tensor x) {
      Shape shape = x.shape();
      int channels = means.length;
      int inner = shape.elements(2, shape.rank());
      long count = (long) shape.dim(0) * inner;
      float[] values = x.toFloats();
      for (int c = 0; c < channels; c++) {
        double mean = channelSum(values, c, channels, inner, 0, 1) / count;
        double squares = channelSum(values, c, channels, inner, mean, 2);
        means[c] += mean;
        variances[c] += squares / Math.max(1, count - 1);
      }
      batches++;
    }

    private static double channelSum(
        float[] values, int channel, int channels, int inner, double mean, int power) {
      double sum = 0;
      for (int from = channel * inner; from < values.length; from += channels * inner) {
        for (int i = from; i < from + inner; i++) {
          double difference = values[i] - mean;
          sum += power == 1 ? difference : difference * difference;
        }
      }
      return sum;
    }

    private Tensor average(double[] sums) {
      float[] averages = new float[sums.length];
      for (int c = 0; c < sums.length; c++) {
        averages[c] = (float) (sums[c] / batches);
      }
      return Tensor.ofFloats(Shape.of(sums.length), averages);
    }
  }

  private final Map<String, Statistics> byInput = new LinkedHashMap<>();

  /** The graph with the inputs of all normalizations as additional outputs. */
  Graph tap(Graph graph) {
    for (Node node : graph.nodes()) {
      Tensor mean = graph.initializers().get(node.input(3));
      if (node.op() instanceof BatchNormalization && mean != null) {
        String input = node.input(0);
        byInput.computeIfAbsent(input, name -> new Statistics(node, mean.shape().elements()));
      }
    }
    return graph.withTaps(List.copyOf(byInput.keySet()));
  }

  /** Takes the outputs of one run. */
  void observe(Map<String, Tensor> outputs) {
    byInput.forEach(
        (name, statistics) -> {
          Tensor x = outputs.get(name);
          if (x != null) {
            statistics.add(x);
          }
        });
  }

  /** New mean and variance constants by their names in the graph. */
  Map<String, Tensor> result() {
    Map<String, Tensor> constants = new HashMap<>();
    for (Statistics statistics : byInput.values()) {
      if (statistics.batches > 0) {
        constants.put(statistics.meanName, statistics.average(statistics.means));
        constants.put(statistics.varianceName, statistics.average(statistics.variances));
      }
    }
    return constants;
  }
}
