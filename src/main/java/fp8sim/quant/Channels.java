package fp8sim.quant;

import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The parts of a tensor that share a range: all of it, or one index along an axis. In a grouped
 * transposed convolution the output channels of a group lie along axis 1 and the groups along axis
 * 0.
 *
 * @param axis -1 for the whole tensor
 * @param groups number of groups along axis 0 that have channels of their own; 1 in all but grouped
 *     transposed convolutions
 */
public record Channels(int axis, int groups) {
  public static final Channels TENSOR = new Channels(-1, 1);

  /** One range per index along {@code axis}. */
  public static Channels along(int axis) {
    return new Channels(axis, 1);
  }

  public boolean isTensor() {
    return axis < 0;
  }

  /** Number of ranges of a tensor. */
  public int count(Shape shape) {
    return isTensor() ? 1 : shape.dim(axis) * groups;
  }

  /**
   * The channel of an element.
   *
   * @param index of the element in row-major order
   */
  public int of(Shape shape, long index) {
    if (isTensor()) {
      return 0;
    }
    int inner = shape.elements(axis + 1, shape.rank());
    int along = (int) (index / inner % shape.dim(axis));
    return groups == 1 ? along : group(shape, index) * shape.dim(axis) + along;
  }

  private int group(Shape shape, long index) {
    long perGroup = (long) shape.elements() / groups;
    return (int) (index / perGroup);
  }

  /** The ranges of a constant tensor, one estimator each. */
  public ValueRange[] ranges(Tensor tensor, Supplier<RangeEstimator> estimators, Workers workers) {
    MemorySegment[] parts = isTensor() ? new MemorySegment[] {tensor.data()} : split(tensor);
    ValueRange[] ranges = new ValueRange[parts.length];
    workers.run(
        parts.length,
        i -> {
          RangeEstimator estimator = estimators.get();
          estimator.update(parts[i]);
          ranges[i] = estimator.range();
        });
    return ranges;
  }

  /** The elements of each channel, copied. */
  private MemorySegment[] split(Tensor tensor) {
    Shape shape = tensor.shape();
    float[] values = tensor.toFloats();
    int channels = shape.dim(axis);
    int inner = shape.elements(axis + 1, shape.rank());
    int outer = shape.elements(0, axis) / groups;
    float[][] parts = new float[count(shape)][inner * outer];
    for (int part = 0; part < parts.length; part++) {
      int start = part / channels * outer * channels * inner + part % channels * inner;
      for (int o = 0; o < outer; o++) {
        System.arraycopy(values, start + o * channels * inner, parts[part], o * inner, inner);
      }
    }
    return Arrays.stream(parts).map(MemorySegment::ofArray).toArray(MemorySegment[]::new);
  }
}
