package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.image.Pixels;
import fp8sim.image.RawSample;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples along the first axis of arrays: one array of values for a network's only input, or one
 * array per named input, which are fed as they are.
 */
public final class ArraySource implements SampleSource {
  private final String name;
  private final List<String> inputNames;
  private final List<Tensor> arrays;
  private final int @Nullable [] labels;

  /**
   * Arrays of one rank or more with equally many samples.
   *
   * @param name how messages name them
   * @param labels one per sample, or null if the data has none
   */
  public ArraySource(
      String name, List<String> inputNames, List<Tensor> arrays, int @Nullable [] labels) {
    this.name = name;
    this.inputNames = inputNames;
    this.arrays = arrays;
    this.labels = labels;
    for (Tensor array : arrays) {
      if (array.shape().rank() == 0) {
        throw FileProblems.bad(name, "a single number, not an array of samples");
      }
      if (array.shape().dim(0) != arrays.getFirst().shape().dim(0)) {
        throw FileProblems.bad(
            name,
            "inputs of shapes %s and %s have different numbers of samples"
                .formatted(arrays.getFirst().shape(), array.shape()));
      }
    }
    if (labels != null && labels.length != size()) {
      throw FileProblems.bad(
          name, "has %d samples, but there are %d labels".formatted(size(), labels.length));
    }
  }

  @Override
  public int size() {
    return arrays.getFirst().shape().dim(0);
  }

  @Override
  public int label(int index) {
    return labels == null ? NO_LABEL : labels[index];
  }

  @Override
  public String describe(int index) {
    return name + " (sample " + index + ")";
  }

  @Override
  public List<String> inputNames() {
    return inputNames;
  }

  @Override
  public RawSample read(int index) {
    if (inputNames.equals(List.of(ONLY_INPUT))) {
      return sample(slice(arrays.getFirst(), index));
    }
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor array : arrays) {
      tensors.add(slice(array, index));
    }
    return new RawSample.Typed(tensors);
  }

  private static Tensor slice(Tensor array, int index) {
    int[] dims = array.shape().dims();
    Shape shape = Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
    long bytes = (long) shape.elements() * array.type().bytes();
    return new Tensor(array.type(), shape, array.data().asSlice(index * bytes, bytes));
  }

  /** uint8 elements of shape [H, W] or [C, H, W] are pixels, all else values. */
  static RawSample sample(Tensor tensor) {
    Shape shape = tensor.shape();
    int rank = shape.rank();
    if (tensor.type() != DataType.UINT8 || rank < 2 || rank > 3 || shape.elements() == 0) {
      return new RawSample.Values(tensor);
    }
    byte[] bytes = new byte[shape.elements()];
    MemorySegment.copy(tensor.data(), Tensor.BYTE, 0, bytes, 0, bytes.length);
    return new Pixels(rank == 3 ? shape.dim(0) : 1, shape.dim(-2), shape.dim(-1), bytes);
  }
}
