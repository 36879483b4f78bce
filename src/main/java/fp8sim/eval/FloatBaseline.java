package fp8sim.eval;

import fp8sim.common.Progress;
import fp8sim.data.Dataset;

/**
 * What a network made of every sample of a dataset, kept so that others can be compared with it.
 */
public final class FloatBaseline {
  private final float[][] outputs;
  private final Scores scores;

  private FloatBaseline(float[][] outputs, Scores scores) {
    this.outputs = outputs;
    this.scores = scores;
  }

  /** Runs the network over the dataset. */
  public static FloatBaseline of(Evaluation evaluation, Dataset dataset, Progress.Meter meter) {
    float[][] outputs = new float[dataset.size()][];
    Evaluation.Outcome outcome =
        evaluation.run(
            dataset, (index, row, label, predicted) -> outputs[index] = row.clone(), meter);
    return new FloatBaseline(outputs, outcome.scores());
  }

  public Scores scores() {
    return scores;
  }

  /** A listener for the evaluation of another network on the same dataset. */
  public Comparison compare() {
    return new Comparison();
  }

  /** How near another network's outputs are. */
  public final class Comparison implements Evaluation.Listener {
    private long samples;
    private long agreeing;
    private final SignalToNoise noise = new SignalToNoise();

    private Comparison() {}

    @Override
    public void scored(int index, float[] row, int label, int predicted) {
      float[] reference = outputs[index];
      samples++;
      agreeing += ScoreCounter.predict(reference) == predicted ? 1 : 0;
      noise.add(reference, row);
    }

    /** Samples with the same prediction. */
    public long agreeing() {
      return agreeing;
    }

    public double agreement() {
      return (double) agreeing / samples;
    }

    /** Of all outputs of all samples, in dB. */
    public double sqnr() {
      return noise.decibels();
    }
  }
}
