package fp8sim.eval;

import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network made of every sample of a dataset, kept so that others can be compared with it.
 */
public final class FloatBaseline {
  private final List<float[]> outputs;
  private final Scores scores;

  private FloatBaseline(List<float[]> outputs, Scores scores) {
    this.outputs = outputs;
    this.scores = scores;
  }

  /** Runs the network over the dataset. */
  public static FloatBaseline of(Evaluation evaluation, Dataset dataset, Progress.Meter meter) {
    List<float[]> outputs = new ArrayList<>();
    Evaluation.Outcome outcome =
        evaluation.run(
            dataset, (sample, row, output, label, predicted) -> outputs.add(output.clone()), meter);
    return new FloatBaseline(outputs, outcome.scores());
  }

  public Scores scores() {
    return scores;
  }

  /** A listener for the evaluation of another network on the same dataset. */
  public Comparison compare() {
    return new Comparison();
  }

  /** How near another network's outputs are, which come in the same order. */
  public final class Comparison implements Evaluation.Listener {
    private int next;
    private final OutputComparison nearness = new OutputComparison();

    private Comparison() {}

    @Override
    public void scored(int sample, int row, float[] output, int label, int predicted) {
      nearness.add(outputs.get(next++), output);
    }

    /** What was found so far. */
    public OutputComparison nearness() {
      return nearness;
    }
  }
}
