package fp8sim.eval;

import fp8sim.data.source.Task;

/** Counts hits and adds losses, prediction by prediction. */
public final class ScoreCounter {
  private final Task task;
  private final boolean probabilities;
  private long images;
  private long scored;
  private long top1Hits;
  private long top5Hits;
  private double lossSum;
  private double lossSquares;

  /**
   * A counter.
   *
   * @param task what is predicted
   * @param probabilities whether outputs are probabilities rather than logits
   */
  public ScoreCounter(Task task, boolean probabilities) {
    this.task = task;
    this.probabilities = probabilities;
  }

  /**
   * Adds one prediction and returns the predicted class.
   *
   * @param outputs one number for each class
   * @param label index into {@code outputs}
   */
  public int add(float[] outputs, int label) {
    int rank = 0;
    for (int i = 0; i < outputs.length; i++) {
      rank += precedes(outputs, i, label) ? 1 : 0;
    }
    scored++;
    top1Hits += rank == 0 ? 1 : 0;
    top5Hits += rank < 5 ? 1 : 0;
    double loss = probabilities ? -Math.log(outputs[label]) : crossEntropy(outputs, label);
    lossSum += loss;
    lossSquares += loss * loss;
    return predict(outputs);
  }

  /** Counts samples, whatever is predicted of each. */
  public void addSamples(int count) {
    images += count;
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
    double mean = lossSum / scored;
    double variance = Math.max(0, (lossSquares - lossSum * mean) / Math.max(1, scored - 1));
    return new Scores(task, images, scored, top1Hits, top5Hits, mean, Math.sqrt(variance));
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
