package fp8sim.eval;

import fp8sim.Progress;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.Network;

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
    forEachBatch(network, dataset, progress, "calibrate");
    network.finishCalibration();
  }

  private void forEachBatch(Network network, Dataset dataset, Progress progress, String task) {
    int size = network.fixedBatch().orElse(batchSize);
    int wanted = (int) Math.min(dataset.size(), (long) batches * size);
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
