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
  /** Told of every sample, in order. */
  @FunctionalInterface
  public interface Listener {
    Listener NONE = (index, outputs, label, predicted) -> {};

    /**
     * One sample is scored.
     *
     * @param index in the dataset
     * @param outputs of the network; holds only during the call
     */
    void scored(int index, float[] outputs, int label, int predicted);
  }

  /**
   * What an evaluation found.
   *
   * @param otherScores of the other network; null without one
   * @param agreement share of samples whose prediction is that of the other network; null without
   *     one
   * @param seconds from the first batch to the last score, data and network, without compilation
   */
  public record Outcome(
      Scores scores, @Nullable Scores otherScores, @Nullable Double agreement, double seconds) {
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
   * @param other a network of the same model to compare predictions with, or null
   * @param readers threads that read and decode samples ahead
   */
  public Evaluation(Network network, @Nullable Network other, Scoring scoring, int readers) {
    this.network = network;
    this.other = other;
    this.scoring = scoring;
    this.readers = readers;
  }

  /**
   * Runs the network over a dataset.
   *
   * @throws Fp8simException (input) if data and network do not fit, or a sample cannot be read
   */
  public Outcome run(Dataset dataset, Listener listener, Progress.Meter meter) {
    dataset.requireLabels();
    ScoreCounter counter = new ScoreCounter(scoring.probabilities());
    ScoreCounter otherCounter = new ScoreCounter(scoring.probabilities());
    long agreeing = 0;
    long compileNanos = 0;
    long start = System.nanoTime();
    Feed feed = Feed.of(network.blueprint(), dataset.inputNames(), scoring.batchSize());
    try (BatchLoader loader = dataset.loader(feed.batchSize(), readers)) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        Map<String, Tensor> inputs = feed.inputs(batch.inputs());
        network.setSample(batch.first());
        long before = System.nanoTime();
        network.compile(inputs);
        compileNanos += System.nanoTime() - before;
        float[][] outputs = rows(network, inputs, batch.size());
        float[][] others = other == null ? null : rows(other, inputs, batch.size());
        for (int i = 0; i < batch.size(); i++) {
          int label = checked(batch.labels()[i], outputs[i].length, dataset, batch.first() + i);
          int predicted = counter.add(outputs[i], label);
          if (others != null) {
            agreeing += otherCounter.add(others[i], label) == predicted ? 1 : 0;
          }
          listener.scored(batch.first() + i, outputs[i], label, predicted);
        }
        meter.advance(batch.size());
      }
    }
    double seconds = (System.nanoTime() - start - compileNanos) / 1e9;
    Scores scores = counter.scores();
    Double agreement = other == null ? null : (double) agreeing / scores.images();
    Scores otherScores = other == null ? null : otherCounter.scores();
    return new Outcome(scores, otherScores, agreement, seconds);
  }

  private float[][] rows(Network runs, Map<String, Tensor> inputs, int count) {
    Tensor output = Objects.requireNonNull(runs.run(inputs).get(scoring.output()));
    return OutputRows.of(output, count);
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
