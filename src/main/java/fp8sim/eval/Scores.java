package fp8sim.eval;

import fp8sim.data.source.Task;

/**
 * How well a network did.
 *
 * @param task what was scored
 * @param images number of samples: images, sequences or windows
 * @param scored number of predictions: one for each sample, or one for each token that has a label;
 *     0 without labels
 * @param top1Hits predictions whose label has the largest output (of equal outputs the first
 *     counts)
 * @param top5Hits predictions whose label is among the five largest outputs
 * @param loss mean of the negative log probabilities of the labels, in nats
 * @param lossDeviation their standard deviation
 */
public record Scores(
    Task task,
    long images,
    long scored,
    long top1Hits,
    long top5Hits,
    double loss,
    double lossDeviation) {
  /** The 97.5 % quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /** Whether there was anything to score. */
  public boolean isKnown() {
    return scored > 0;
  }

  /** Whether tokens are scored by how well each next one is predicted. */
  public boolean isLanguageModel() {
    return isKnown() && task == Task.CAUSAL_LM;
  }

  /** A share in [0, 1]. */
  public double top1() {
    return (double) top1Hits / scored;
  }

  /** A share in [0, 1]. */
  public double top5() {
    return (double) top5Hits / scored;
  }

  public Interval interval95() {
    return Interval.wilson95(top1Hits, scored);
  }

  public Interval top5Interval95() {
    return Interval.wilson95(top5Hits, scored);
  }

  /** The exponential of the loss. */
  public double perplexity() {
    return Math.exp(loss);
  }

  /**
   * The exponentials of the ends of the 95 % interval of the mean loss, whose terms count as
   * independent and normally distributed.
   */
  public Interval perplexityInterval95() {
    double half = Z * lossDeviation / Math.sqrt((double) scored);
    return new Interval(Math.exp(loss - half), Math.exp(loss + half));
  }
}
