package fp8sim.data;

import fp8sim.common.Fp8simException;
import fp8sim.data.source.DataPart;
import fp8sim.data.source.Padding;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes batches of samples: stacks tensors of one shape, and fills sequences up. */
final class Collator {
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String POSITIONS = "position_ids";

  private final Dataset dataset;
  private final int length;

  /**
   * A maker of batches.
   *
   * @param length of all sequences, or 0 for what their padding says
   */
  Collator(Dataset dataset, int length) {
    this.dataset = dataset;
    this.length = length;
  }

  /**
   * Samples as a batch.
   *
   * @param samples a tensor for each input of the data
   */
  Batch batch(int first, List<List<Tensor>> samples) {
    int size = samples.size();
    int[][] labels = new int[size][];
    int[] lengths = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = dataset.labels(first + i);
      lengths[i] = dataset.length(first + i);
    }
    Padding padding = dataset.padding();
    int filled = padding == null ? 0 : filledLength(padding, first, lengths);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    List<String> names = dataset.inputNames();
    for (int input = 0; input < names.size(); input++) {
      int at = input;
      List<Tensor> tensors = samples.stream().map(sample -> sample.get(at)).toList();
      String name = names.get(input);
      int fill = padding != null && name.equals(DataPart.INPUT_IDS) ? padding.token() : 0;
      inputs.put(name, padding == null ? stacked(tensors, first) : padded(tensors, filled, fill));
    }
    if (padding != null) {
      addMade(inputs, lengths, filled);
    }
    return new Batch(first, inputs, labels, lengths);
  }

  private int filledLength(Padding padding, int first, int[] lengths) {
    int longest = Arrays.stream(lengths).max().orElse(0);
    if (length == 0) {
      return padding.length(longest);
    }
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] > length) {
        throw Fp8simException.input(
            "%s: has %d tokens, but the model takes %d; add \"maxLength\": %d to the description"
                .formatted(dataset.describe(first + i), lengths[i], length, length));
      }
    }
    return length;
  }

  private Tensor stacked(List<Tensor> tensors, int first) {
    Tensor model = tensors.getFirst();
    Tensor batch = Tensor.zeros(model.type(), model.shape().stacked(tensors.size()));
    long bytes = model.data().byteSize();
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      if (!tensor.shape().equals(model.shape())) {
        throw Fp8simException.input(
            "%s: shape %s differs from %s of %s; add resize or centerCrop to preprocess"
                .formatted(
                    dataset.describe(first + i),
                    tensor.shape(),
                    model.shape(),
                    dataset.describe(first)));
      }
      MemorySegment.copy(tensor.data(), 0, batch.data(), i * bytes, bytes);
    }
    return batch;
  }

  /** Sequences [L] as [N, filled]. */
  private static Tensor padded(List<Tensor> sequences, int filled, int fill) {
    Tensor batch = Tensor.zeros(DataType.INT64, Shape.of(sequences.size(), filled));
    for (int i = 0; i < sequences.size(); i++) {
      MemorySegment ids = sequences.get(i).data();
      int tokens = sequences.get(i).shape().elements();
      long at = (long) i * filled;
      MemorySegment.copy(ids, 0, batch.data(), at * Long.BYTES, ids.byteSize());
      for (int j = tokens; j < filled; j++) {
        batch.data().setAtIndex(Tensor.LONG, at + j, fill);
      }
    }
    return batch;
  }

  /** What networks read besides ids, and data need not have. */
  private static void addMade(Map<String, Tensor> inputs, int[] lengths, int filled) {
    Shape shape = Shape.of(lengths.length, filled);
    Tensor mask = Tensor.zeros(DataType.INT64, shape);
    Tensor positions = Tensor.zeros(DataType.INT64, shape);
    for (int i = 0; i < lengths.length; i++) {
      for (int j = 0; j < filled; j++) {
        long at = (long) i * filled + j;
        mask.data().setAtIndex(Tensor.LONG, at, j < lengths[i] ? 1 : 0);
        positions.data().setAtIndex(Tensor.LONG, at, j);
      }
    }
    inputs.putIfAbsent(MASK, mask);
    inputs.putIfAbsent(TYPES, Tensor.zeros(DataType.INT64, shape));
    inputs.putIfAbsent(POSITIONS, positions);
  }
}
