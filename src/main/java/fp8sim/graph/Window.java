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
   * @throws IllegalArgumentException if {@link #autoPad} asks for pads beyond 2^31 - 1
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
        long output = Math.ceilDiv(input.get(i), s.get(i));
        long extent = (kernelSize.get(i) - 1L) * d.get(i) + 1;
        long total = Math.max(0, (output - 1) * s.get(i) + extent - input.get(i));
        int small = fitting(total / 2);
        int large = fitting(total - small);
        same[i] = autoPad == AutoPad.SAME_UPPER ? small : large;
        same[rank + i] = autoPad == AutoPad.SAME_UPPER ? large : small;
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

  private static int fitting(long pads) {
    if (pads > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "its window needs %d elements of padding, more than 2^31-1".formatted(pads));
    }
    return (int) pads;
  }

  private static List<Integer> repeat(int value, int count) {
    return java.util.Collections.nCopies(count, value);
  }
}
