package fp8sim.data;

import fp8sim.tensor.Tensor;
import java.util.Map;

/**
 * Consecutive samples of a dataset.
 *
 * @param first index in the dataset of the first sample
 * @param inputs a tensor [N, ...] per input name ({@link Dataset#ONLY_INPUT} if there is only one)
 * @param labels as {@link Dataset#labels}, of each of the N samples
 * @param lengths tokens of each of the N samples, the others are padding; 1 if samples are no
 *     sequences
 */
public record Batch(int first, Map<String, Tensor> inputs, int[][] labels, int[] lengths) {
  public int size() {
    return lengths.length;
  }

  /** The tensor of a dataset with one input. */
  public Tensor input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException("the batch has inputs " + inputs.keySet());
    }
    return inputs.values().iterator().next();
  }
}
