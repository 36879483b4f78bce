package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.BatchNormEstimator;
import fp8sim.engine.BatchProbe;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Calibrator;
import fp8sim.engine.NonFiniteValues;
import fp8sim.quant.Ranges;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds what a network needs from data: the ranges of its quantizers (docs/semantics.md section 3),
 * which are active meanwhile, so that later layers see quantized inputs, and statistics of
 * BatchNormalization (docs/semantics.md section 4).
 */
public final class Calibration {
  /**
   * The result of a pass over the samples.
   *
   * @param value the ranges, or the statistics by the names of the constants that they replace
   * @param notes what the user should know about the batches, one line each
   * @param networkNotes what the user should know about the network, one line each
   * @param nonFinite what quantizers met meanwhile
   */
  public record Found<T>(
      T value, List<String> notes, List<String> networkNotes, NonFiniteValues nonFinite) {
    public Found {
      notes = List.copyOf(notes);
      networkNotes = List.copyOf(networkNotes);
    }
  }

  /** What a batch goes into. */
  private interface Observer {
    /**
     * Takes a batch.
     *
     * @param sample index of its first sample
     */
    void observe(Map<String, Tensor> inputs, int sample);
  }

  private final int batchSize;
  private final int batches;
  private final int readers;

  /**
   * A calibration.
   *
   * @param batchSize samples per run; a batch size that the model fixes wins
   * @param batches at most so many
   * @param readers threads that read and decode samples ahead
   */
  public Calibration(int batchSize, int batches, int readers) {
    this.batchSize = batchSize;
    this.batches = batches;
    this.readers = readers;
  }

  /** Runs the network over the data and returns the ranges found. */
  public Found<Ranges> run(Blueprint network, Dataset dataset, Progress progress) {
    try (Calibrator calibrator = new Calibrator(network)) {
      List<String> notes =
          forEachBatch(network, dataset, batches, progress, "calibrate", calibrator::observe);
      return found(calibrator, notes);
    }
  }

  /**
   * As {@link #run(Blueprint, Dataset, Progress)}, with samples in memory.
   *
   * @param samples [N, ...] of the network's only input
   */
  public Found<Ranges> run(Blueprint network, Tensor samples, Progress progress) {
    try (Calibrator calibrator = new Calibrator(network)) {
      return found(calibrator, forEachBatch(network, samples, progress, calibrator::observe));
    }
  }

  private static Found<Ranges> found(Calibrator calibrator, List<String> notes) {
    return new Found<>(
        calibrator.ranges(), notes, calibrator.notes(), calibrator.nonFiniteValues());
  }

  /**
   * Re-estimates BatchNormalization with quantizers active.
   *
   * @param network with its ranges
   * @param count number of batches
   * @return constants by their names in the graph
   */
  public Found<Map<String, Tensor>> reestimate(
      Blueprint network, Dataset dataset, int count, Progress progress) {
    try (BatchNormEstimator estimator = new BatchNormEstimator(network)) {
      List<String> notes =
          new ArrayList<>(
              forEachBatch(network, dataset, count, progress, "re-estimate", estimator::observe));
      Map<String, Tensor> constants = estimator.constants();
      if (constants.isEmpty()) {
        notes.add(
            network.name() + ": has no BatchNormalization with constant statistics to re-estimate");
      }
      return new Found<>(constants, notes, estimator.notes(), estimator.nonFiniteValues());
    }
  }

  private List<String> forEachBatch(
      Blueprint network, Tensor samples, Progress progress, Observer observer) {
    int all = samples.shape().rank() == 0 ? 0 : samples.shape().dim(0);
    if (all == 0) {
      throw Fp8simException.input("the calibration samples " + samples.shape() + " are empty");
    }
    Map<String, Tensor> example = Map.of(Dataset.ONLY_INPUT, samples);
    BatchProbe probe = Feed.probe(network, example);
    Feed feed = Feed.of(network, List.of(Dataset.ONLY_INPUT), probe, Math.min(batchSize, all));
    int size = feed.batchSize();
    long bytes = samples.data().byteSize() / all;
    int wanted = wholeBatches(feed, (int) Math.min(all, (long) batches * size));
    try (Progress.Meter meter = progress.start("calibrate", wanted)) {
      for (int first = 0; first < wanted; first += size) {
        int count = Math.min(size, wanted - first);
        Tensor batch =
            new Tensor(
                samples.type(),
                samples.shape().with(0, count),
                samples.data().asSlice(first * bytes, count * bytes));
        observer.observe(feed.inputs(Map.of(Dataset.ONLY_INPUT, batch)), first);
        meter.advance(count);
      }
    }
    return notes(feed);
  }

  private List<String> forEachBatch(
      Blueprint network,
      Dataset dataset,
      int count,
      Progress progress,
      String task,
      Observer observer) {
    BatchProbe probe = Feed.probe(network, dataset);
    int limit = Math.min(batchSize, dataset.size());
    Feed feed = Feed.of(network, dataset, probe, limit);
    int size = feed.batchSize();
    int wanted = (int) Math.min(dataset.size(), (long) count * size);
    Dataset used = dataset.limit(wholeBatches(feed, wanted)).byLength();
    try (BatchLoader loader = feed.loader(used, true, readers);
        Progress.Meter meter = progress.start(task, used.size())) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        observer.observe(feed.inputs(batch.inputs()), batch.first());
        meter.advance(batch.size());
      }
    }
    return notes(feed);
  }

  /** Where the model fixes the batch size, a smaller last batch would be filled up with zeros. */
  private static int wholeBatches(Feed feed, int samples) {
    int size = feed.batchSize();
    return feed.isExact() && samples > size ? samples - samples % size : samples;
  }

  private static List<String> notes(Feed feed) {
    return feed.note().isEmpty() ? List.of() : List.of(feed.note());
  }
}
