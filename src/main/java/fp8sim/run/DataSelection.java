package fp8sim.run;

import fp8sim.data.BatchSelection;
import fp8sim.data.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * Which samples of a dataset are evaluated.
 *
 * @param perClass only the first so many of every class; null for all
 * @param batches only these batches; null for all
 * @param limit only the first so many of what is left; null for all
 */
public record DataSelection(
    @Nullable Integer perClass, @Nullable BatchSelection batches, @Nullable Integer limit) {
  /**
   * The selected samples.
   *
   * @param batchSize size of the batches that are counted
   */
  public Dataset of(Dataset all, int batchSize) {
    Dataset dataset = all;
    if (perClass != null) {
      dataset = dataset.stratified(perClass);
    }
    if (batches != null) {
      dataset = dataset.batches(batches, batchSize);
    }
    if (limit != null) {
      dataset = dataset.limit(limit);
    }
    return dataset;
  }
}
