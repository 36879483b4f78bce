package fp8sim.eval;

import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.engine.Blueprint;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A few samples for looking into a network. */
public final class Samples {
  private Samples() {}

  /**
   * The first samples, each a batch of its own so that tapped values need little memory; where the
   * model fixes the batch size, batches of that size.
   *
   * @param count at most so many samples
   */
  public static List<Map<String, Tensor>> first(Dataset dataset, int count, Blueprint network) {
    List<Map<String, Tensor>> batches = new ArrayList<>();
    Feed feed = Feed.of(network, dataset, 1);
    try (BatchLoader loader = feed.loader(dataset.limit(count), false, 1)) {
      while (loader.hasNext()) {
        batches.add(feed.inputs(loader.next().inputs()));
      }
    }
    return batches;
  }
}
