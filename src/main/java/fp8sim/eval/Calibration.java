package fp8sim.eval;

import fp8sim.Fp8simException;
import fp8sim.Progress;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.Network;
import fp8sim.tensor.Tensor;

/**
 * Finds the ranges of a network's quantizers (SEMANTICS section 3): they are active meanwhile, so
 * that later layers see quantized inputs.
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

  /** Runs the network over the data and fixes the ranges found. */
  public void run(Network network, Dataset dataset, Progress progress) {
    network.startCalibration();
    forEachBatch(network, dataset, batches, progress, "calibrate");
    network.finishCalibration();
  }

  /**
   * Re-estimates BatchNormalization with quantizers active (SEMANTICS section 4).
   *
   * @param count number of batches
   */
  public void reestimate(Network network, Dataset dataset, int count, Progress progress) {
    network.startBatchNormEstimation();
    forEachBatch(network, dataset, count, progress, "re-estimate");
    network.finishBatchNormEstimation();
  }

  /**
   * As {@link #run(Network, Dataset, Progress)}, with samples in memory.
   *
   * @param samples [N, ...] of the network's only input
   */
  public void run(Network network, Tensor samples, Progress progress) {
    network.startCalibration();
    forEachBatch(network, samples, progress);
    network.finishCalibration();
  }

  private void forEachBatch(Network network, Tensor samples, Progress progress) {
    int size = network.fixedBatch().orElse(batchSize);
    int all = samples.shape().rank() == 0 ? 0 : samples.shape().dim(0);
    if (all == 0) {
      throw Fp8simException.input("the calibration samples " + samples.shape() + " are empty");
    }
    long bytes = samples.data().byteSize() / all;
    int wanted = wholeBatches(network, (int) Math.min(all, (long) batches * size), size);
    try (Progress.Meter meter = progress.start("calibrate", wanted)) {
      for (int first = 0; first < wanted; first += size) {
        int count = Math.min(size, wanted - first);
        Tensor batch =
            new Tensor(
                samples.type(),
                samples.shape().with(0, count),
                samples.data().asSlice(first * bytes, count * bytes));
        network.setSample(first);
        Feed.run(network, FixedBatch.fill(batch, network));
        meter.advance(count);
      }
    }
  }

  private void forEachBatch(
      Network network, Dataset dataset, int count, Progress progress, String task) {
    int size = network.fixedBatch().orElse(batchSize);
    int wanted = (int) Math.min(dataset.size(), (long) count * size);
    Dataset used = dataset.limit(wholeBatches(network, wanted, size));
    try (BatchLoader loader = used.loader(size, readers);
        Progress.Meter meter = progress.start(task, used.size())) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        network.setSample(batch.first());
        Feed.run(network, FixedBatch.fill(batch.input(), network));
        meter.advance(batch.size());
      }
    }
  }

  /** Where the model fixes the batch size, a smaller last batch would be filled up with zeros. */
  private static int wholeBatches(Network network, int samples, int size) {
    boolean fixed = network.fixedBatch().isPresent();
    return fixed && samples > size ? samples - samples % size : samples;
  }
}
