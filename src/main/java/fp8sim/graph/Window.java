package fp8sim.graph;

import java.util.List;

/**
 * The sliding window of convolutions and poolings, one entry per spatial axis. An empty list stands
 * for the attribute's default (kernel: taken from the weight; strides and dilations 1; pads 0).
 * {@code pads} holds all begins, then all ends.
 */
public record Window(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> dilations,
    List<Integer> pads,
    AutoPad autoPad) {

  /** ONNX's {@code auto_pad}. */
  public enum AutoPad {
    NOTSET,
    SAME_UPPER,
    SAME_LOWER,
    VALID
  }

  public static final Window NONE =
      new Window(List.of(), List.of(), List.of(), List.of(), AutoPad.NOTSET);

  /**
   * This window with nothing left open: lists of full length, explicit pads, {@link
   * AutoPad#NOTSET}. Used by shape inference, so that kernels see geometry only.
   *
   * @param kernelSize the kernel's spatial sizes
   * @param input the input's spatial sizes
   */
  public Window resolve(List<Integer> kernelSize, List<Integer> input) {
    int rank = kernelSize.size();
    List<Integer> s = strides.isEmpty() ? repeat(1, rank) : strides;
    List<Integer> d = dilations.isEmpty() ? repeat(1, rank) : dilations;
    List<Integer> p = pads.isEmpty() ? repeat(0, 2 * rank) : pads;
    if (autoPad == AutoPad.VALID) {
      p = repeat(0, 2 * rank);
    } else if (autoPad != AutoPad.NOTSET) {
      Integer[] same = new Integer[2 * rank];
      for (int i = 0; i < rank; i++) {
        int output = (input.get(i) + s.get(i) - 1) / s.get(i);
        int extent = (kernelSize.get(i) - 1) * d.get(i) + 1;
        int total = Math.max(0, (output - 1) * s.get(i) + extent - input.get(i));
        int small = total / 2;
        same[i] = autoPad == AutoPad.SAME_UPPER ? small : total - small;
        same[rank + i] = total - same[i];
      }
      p = List.of(same);
    }
    return new Window(List.copyOf(kernelSize), s, d, p, AutoPad.NOTSET);
  }

  /** Whether every list has its full length for {@code rank} spatial axes and pads are explicit. */
  public boolean isResolved(int rank) {
    return autoPad == AutoPad.NOTSET
        && kernel.size() == rank
        && strides.size() == rank
        && dilations.size() == rank
        && pads.size() == 2 * rank;
  }

  private static List<Integer> repeat(int value, int count) {
    return java.util.Collections.nCopies(count, value);
  }
}
