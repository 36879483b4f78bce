package fp8sim.eval;

/** Counts hits and adds losses, sample by sample. */
public final class ScoreCounter {
  private final boolean probabilities;
  private long images;
  private long top1Hits;
  private long top5Hits;
  private double lossSum;

  /**
   * A counter.
   *
   * @param probabilities whether outputs are probabilities rather than logits
   */
  public ScoreCounter(boolean probabilities) {
    this.probabilities = probabilities;
  }

  /**
   * Adds one sample and returns the predicted class.
   *
   * @param outputs of one sample, one number for each class
   * @param label index into {@code outputs}
   */
  public int add(float[] outputs, int label) {
    int rank = 0;
    for (int i = 0; i < outputs.length; i++) {
      rank += precedes(outputs, i, label) ? 1 : 0;
    }
    images++;
    top1Hits += rank == 0 ? 1 : 0;
    top5Hits += rank < 5 ? 1 : 0;
    lossSum += probabilities ? -Math.log(outputs[label]) : crossEntropy(outputs, label);
    return predict(outputs);
  }

  /** The class with the largest output, the first of equal ones. */
  public static int predict(float[] outputs) {
    int best = 0;
    for (int i = 1; i < outputs.length; i++) {
      best = precedes(outputs, i, best) ? i : best;
    }
    return best;
  }

  public Scores scores() {
    return new Scores(images, top1Hits, top5Hits, lossSum / images);
  }

  /** Whether class i comes before class j: larger output, NaN last, then the smaller index. */
  private static boolean precedes(float[] outputs, int i, int j) {
    float a = Float.isNaN(outputs[i]) ? Float.NEGATIVE_INFINITY : outputs[i];
    float b = Float.isNaN(outputs[j]) ? Float.NEGATIVE_INFINITY : outputs[j];
    return a > b || (a == b && i < j);
  }

  private static double crossEntropy(float[] logits, int label) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.log(sum) + max - logits[label];
  }
}
