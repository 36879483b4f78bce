package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.Network;
import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Scores a classifier on labelled data. */
public final class Evaluation {
  /** Told of every output, in order. */
  @FunctionalInterface
  public interface Listener {
    Listener NONE = (sample, row, output, label, predicted) -> {};

    /**
     * One output was looked at.
     *
     * @param sample index in the dataset
     * @param row which of the sample's tokens it belongs to; 0 if the sample has one output
     * @param output of the network; holds only during the call
     * @param label the right index into it, or {@link Dataset#NO_LABEL} if there are no labels
     * @param predicted the index of its largest number
     */
    void scored(int sample, int row, float[] output, int label, int predicted);
  }

  /**
   * What an evaluation found.
   *
   * @param otherScores of the other network; null without one
   * @param comparison with the outputs of the other network; null without one
   * @param seconds from the first batch to the last score, data and network, without compilation
   */
  public record Outcome(
      Scores scores,
      @Nullable Scores otherScores,
      @Nullable OutputComparison comparison,
      double seconds) {
    public double imagesPerSecond() {
      return scores.images() / seconds;
    }
  }

  private final Network network;
  private final @Nullable Network other;
  private final Scoring scoring;
  private final int readers;

  /**
   * An evaluation.
   *
   * @param other a network of the same model to compare outputs with, or null
   * @param readers threads that read and decode samples ahead
   */
  public Evaluation(Network network, @Nullable Network other, Scoring scoring, int readers) {
    this.network = network;
    this.other = other;
    this.scoring = scoring;
    this.readers = readers;
  }

  /**
   * Runs the network over a dataset. Where it has labels, outputs that have one are looked at, else
   * all.
   *
   * @throws Fp8simException (input) if data and network do not fit, some samples have labels and
   *     some have none, or a sample cannot be read
   */
  public Outcome run(Dataset dataset, Listener listener, Progress.Meter meter) {
    if (!dataset.isUnlabelled()) {
      dataset.requireLabels();
    }
    Counts counts = new Counts(dataset, listener);
    long compileNanos = 0;
    long start = System.nanoTime();
    Feed feed = Feed.of(network.blueprint(), dataset, scoring.batchSize());
    try (BatchLoader loader = feed.loader(dataset, false, readers)) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        Map<String, Tensor> inputs = feed.inputs(batch.inputs());
        network.setSample(batch.first());
        long before = System.nanoTime();
        network.compile(inputs);
        compileNanos += System.nanoTime() - before;
        float[][][] outputs = rows(network, inputs, batch);
        counts.add(batch, outputs, other == null ? null : rows(other, inputs, batch));
        meter.advance(batch.size());
      }
    }
    double seconds = (System.nanoTime() - start - compileNanos) / 1e9;
    return counts.outcome(seconds);
  }

  private float[][][] rows(Network runs, Map<String, Tensor> inputs, Batch batch) {
    Tensor output = Objects.requireNonNull(runs.run(inputs).get(scoring.output()));
    return OutputRows.of(output, batch.lengths(), scoring.perToken());
  }

  /** What is counted over all batches. */
  private final class Counts {
    private final Dataset dataset;
    private final Listener listener;
    private final ScoreCounter counter;
    private final ScoreCounter otherCounter;
    private final OutputComparison comparison = new OutputComparison();

    Counts(Dataset dataset, Listener listener) {
      this.dataset = dataset;
      this.listener = listener;
      counter = new ScoreCounter(dataset.task(), scoring.probabilities());
      otherCounter = new ScoreCounter(dataset.task(), scoring.probabilities());
    }

    void add(Batch batch, float[][][] outputs, float[][] @Nullable [] others) {
      counter.addSamples(batch.size());
      otherCounter.addSamples(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        int[] labels = batch.labels()[i];
        for (int row = 0; row < outputs[i].length; row++) {
          if (labels.length == 0 || labels[row] != Dataset.NO_LABEL) {
            int label = labels.length == 0 ? Dataset.NO_LABEL : labels[row];
            float[] reference = others == null ? null : others[i][row];
            add(batch.first() + i, row, label, outputs[i][row], reference);
          }
        }
      }
    }

    private void add(int sample, int row, int label, float[] output, float @Nullable [] reference) {
      int predicted;
      if (label == Dataset.NO_LABEL) {
        predicted = ScoreCounter.predict(output);
      } else {
        predicted = counter.add(output, checked(label, output.length, dataset, sample));
      }
      if (reference != null) {
        comparison.add(reference, output);
        if (label != Dataset.NO_LABEL) {
          otherCounter.add(reference, label);
        }
      }
      listener.scored(sample, row, output, label, predicted);
    }

    Outcome outcome(double seconds) {
      boolean compared = other != null;
      return new Outcome(
          counter.scores(),
          compared ? otherCounter.scores() : null,
          compared ? comparison : null,
          seconds);
    }
  }

  private int checked(int label, int outputs, Dataset dataset, int index) {
    if (label < 0 || label >= outputs) {
      throw Fp8simException.input(
          "%s: class %d, but %s has %d outputs; check labelOffset"
              .formatted(dataset.describe(index), label, network.blueprint().name(), outputs));
    }
    return label;
  }
}
