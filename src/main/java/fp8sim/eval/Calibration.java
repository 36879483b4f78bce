package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.BatchProbe;
import fp8sim.engine.Network;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the ranges of a network's quantizers (docs/semantics.md section 3): they are active
 * meanwhile, so that later layers see quantized inputs.
 */
public final class Calibration {
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

  /**
   * Runs the network over the data and fixes the ranges found.
   *
   * @return what the user should know, one line each
   */
  public List<String> run(Network network, Dataset dataset, Progress progress) {
    network.startCalibration();
    List<String> notes = forEachBatch(network, dataset, batches, progress, "calibrate");
    network.finishCalibration();
    return notes;
  }

  /**
   * Re-estimates BatchNormalization with quantizers active (docs/semantics.md section 4).
   *
   * @param count number of batches
   * @return what the user should know, one line each
   */
  public List<String> reestimate(Network network, Dataset dataset, int count, Progress progress) {
    network.startBatchNormEstimation();
    List<String> notes =
        new ArrayList<>(forEachBatch(network, dataset, count, progress, "re-estimate"));
    if (network.finishBatchNormEstimation() == 0) {
      notes.add(
          network.name() + ": has no BatchNormalization with constant statistics to re-estimate");
    }
    return notes;
  }

  /**
   * As {@link #run(Network, Dataset, Progress)}, with samples in memory.
   *
   * @param samples [N, ...] of the network's only input
   */
  public List<String> run(Network network, Tensor samples, Progress progress) {
    network.startCalibration();
    List<String> notes = forEachBatch(network, samples, progress);
    network.finishCalibration();
    return notes;
  }

  private List<String> forEachBatch(Network network, Tensor samples, Progress progress) {
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
        network.setSample(first);
        network.run(feed.inputs(Map.of(Dataset.ONLY_INPUT, batch)));
        meter.advance(count);
      }
    }
    return notes(feed);
  }

  private List<String> forEachBatch(
      Network network, Dataset dataset, int count, Progress progress, String task) {
    BatchProbe probe = Feed.probe(network, dataset);
    int limit = Math.min(batchSize, dataset.size());
    Feed feed = Feed.of(network, dataset.inputNames(), probe, limit);
    int size = feed.batchSize();
    int wanted = (int) Math.min(dataset.size(), (long) count * size);
    Dataset used = dataset.limit(wholeBatches(feed, wanted));
    try (BatchLoader loader = used.loader(size, readers);
        Progress.Meter meter = progress.start(task, used.size())) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        network.setSample(batch.first());
        network.run(feed.inputs(batch.inputs()));
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
