package fp8sim.eval;

import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.Network;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A few samples for looking into a network. */
public final class Samples {
  private Samples() {}

  /**
   * The first samples, each a batch of its own so that tapped values need little memory; where the
   * model fixes the batch size, batches of that size.
   *
   * @param count at most so many samples
   */
  public static List<Tensor> first(Dataset dataset, int count, Network network) {
    List<Tensor> batches = new ArrayList<>();
    try (BatchLoader loader = dataset.limit(count).loader(network.fixedBatch().orElse(1), 1)) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        batches.add(FixedBatch.fill(batch.input(), network));
      }
    }
    return batches;
  }
}
