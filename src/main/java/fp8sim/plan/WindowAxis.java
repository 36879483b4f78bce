package fp8sim.plan;

import fp8sim.graph.Window;
import fp8sim.tensor.Shape;

/**
 * One spatial axis of a sliding window: which kernel elements (taps) of which output positions meet
 * the input. Only those need visiting, however large kernel, strides, dilations and pads are. Sums
 * of products of two of them fit a long.
 *
 * @param before padding elements before the input
 * @param after padding elements behind it
 * @param input size of what is read
 * @param output number of positions
 */
public record WindowAxis(
    int kernel, int stride, int dilation, int before, int after, int input, int output) {
  /** An axis of size 1 that one-dimensional windows do not have. */
  public static final WindowAxis ABSENT = pointwise(1);

  /** The axis of a window of one element, for each element of the input. */
  public static WindowAxis pointwise(int size) {
    return new WindowAxis(1, 1, 1, 0, 0, size, size);
  }

  /**
   * A spatial axis of a resolved window.
   *
   * @param wide the tensor over which the window slides, {@code [N,C,d...]}
   * @param narrow the tensor with an element for each position of the window
   */
  public static WindowAxis of(Window window, int axis, Shape wide, Shape narrow) {
    return new WindowAxis(
        window.kernel().get(axis),
        window.strides().get(axis),
        window.dilations().get(axis),
        window.pads().get(axis),
        window.pads().get(window.kernel().size() + axis),
        wide.dim(2 + axis),
        narrow.dim(2 + axis));
  }

  /** The first tap that does not lie before the input; {@link #kernel} if there is none. */
  public int firstTap(int position) {
    return tapsBefore(position, 0);
  }

  /** The first tap that lies behind the input; not before {@link #firstTap}. */
  public int endTap(int position) {
    return tapsBefore(position, input);
  }

  /** How many taps an average counts: those on the input, or also those in its padding. */
  public int counted(int position, boolean includePadding) {
    return includePadding
        ? tapsBefore(position, (long) input + after)
        : endTap(position) - firstTap(position);
  }

  /** All pairs of an output position and a tap that meets the input. */
  public long pairs() {
    long pairs = 0;
    for (int o = 0; o < output; o++) {
      pairs += endTap(o) - firstTap(o);
    }
    return pairs;
  }

  /** How many taps lie before a place, counted from the input's start. */
  private int tapsBefore(int position, long place) {
    long distance = place + before - (long) position * stride;
    return Math.clamp(Math.ceilDiv(distance, dilation), 0, kernel);
  }
}
