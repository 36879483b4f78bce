package fp8sim.engine;

import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds new statistics for BatchNormalization: the average over batches of each batch's mean and
 * unbiased variance per channel. Meanwhile every normalization uses the statistics of the batch
 * itself.
 */
public final class BatchNormEstimator implements AutoCloseable {
  /** Sums over batches, one number per channel. */
  private static final class Sums {
    private final BatchStatistics.Normalization normalization;
    private final double[] means;
    private final double[] variances;
    private int batches;

    Sums(BatchStatistics.Normalization normalization) {
      this.normalization = normalization;
      means = new double[normalization.channels()];
      variances = new double[normalization.channels()];
    }

    void add(Tensor mean, Tensor variance, double correction) {
      float[] m = Conversion.toFloats(mean);
      float[] v = Conversion.toFloats(variance);
      for (int c = 0; c < means.length; c++) {
        means[c] += m[c];
        variances[c] += v[c] * correction;
      }
      batches++;
    }

    void addAverages(Map<String, Tensor> constants) {
      constants.put(normalization.mean(), average(means));
      constants.put(normalization.variance(), average(variances));
    }

    private Tensor average(double[] sums) {
      float[] averages = new float[sums.length];
      for (int c = 0; c < sums.length; c++) {
        averages[c] = (float) (sums[c] / batches);
      }
      DataType type = normalization.type();
      return Conversion.convert(Tensor.ofFloats(Shape.of(sums.length), averages), type);
    }
  }

  private final Sessions sessions;

  /** By the name of the normalization. */
  private final Map<String, Sums> sums = new LinkedHashMap<>();

  /** An estimation that has seen nothing. */
  public BatchNormEstimator(Blueprint blueprint) {
    this.sessions = blueprint.sessions(Purpose.BATCH_STATISTICS);
  }

  /**
   * Runs a batch; on the CPU if the backend cannot measure.
   *
   * @param sample index in the data set of the batch's first sample, for stochastic rounding
   */
  public void observe(Map<String, Tensor> inputs, int sample) {
    sessions.setSample(sample);
    Map<String, Tensor> outputs = sessions.run(inputs);
    for (BatchStatistics.Normalization each :
        sessions.compile(inputs).statistics().normalizations()) {
      Tensor mean = outputs.get(each.batchMean());
      Tensor variance = outputs.get(each.batchVariance());
      if (mean != null && variance != null) {
        sums.computeIfAbsent(each.node(), node -> new Sums(each))
            .add(mean, variance, each.correction());
      }
    }
  }

  /** New mean and variance constants by their names in the graph. */
  public Map<String, Tensor> constants() {
    Map<String, Tensor> constants = new HashMap<>();
    sums.values().forEach(each -> each.addAverages(constants));
    return constants;
  }

  /** What the user should know about the placement of quantizers, one sentence each. */
  public List<String> notes() {
    return sessions.notes();
  }

  /** The numbers that quantizers met and that are not finite. */
  public NonFiniteValues nonFiniteValues() {
    return NonFiniteValues.of(sessions.table());
  }

  @Override
  public void close() {
    sessions.close();
  }
}
