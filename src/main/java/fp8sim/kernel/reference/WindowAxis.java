package fp8sim.kernel.reference;

import fp8sim.graph.Window;
import fp8sim.tensor.Shape;
import java.math.BigInteger;

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

  /**
   * Taps of one output position: {@code count} of them, {@code tapStep} apart, the first of which
   * reads the input at {@code position}, the next one {@code positionStep} further.
   */
  record Taps(int[] tap, int[] position, int[] count, int tapStep, int positionStep) {}

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

  /** The taps of each position of the window. */
  Taps gathering() {
    int[] tap = new int[output];
    int[] position = new int[output];
    int[] count = new int[output];
    for (int o = 0; o < output; o++) {
      tap[o] = firstTap(o);
      count[o] = endTap(o) - tap[o];
      position[o] =
          count[o] == 0 ? 0 : place((long) o * stride + (long) tap[o] * dilation - before);
    }
    return new Taps(tap, position, count, 1, dilation);
  }

  /**
   * The inverse, for transposed convolutions: for each element of the input the taps with which
   * positions reach it, and which positions these are.
   */
  Taps scattering() {
    int divisor = gcd(stride, dilation);
    int tapStep = stride / divisor;
    long inverse = inverse(dilation / divisor, tapStep);
    int[] tap = new int[input];
    int[] position = new int[input];
    int[] count = new int[input];
    for (int i = 0; i < input; i++) {
      long place = (long) i + before;
      long lowest = Math.ceilDiv(place - (output - 1L) * stride, dilation);
      long least = Math.max(0, lowest);
      long most = Math.min(kernel - 1L, place / dilation);
      if (output == 0 || place % divisor != 0 || least > most) {
        continue;
      }
      // tap * dilation = place modulo stride
      long wanted = place / divisor % tapStep * inverse % tapStep;
      long first = least + Math.floorMod(wanted - least, tapStep);
      if (first <= most) {
        tap[i] = place(first);
        position[i] = place((place - first * dilation) / stride);
        count[i] = place((most - first) / tapStep + 1);
      }
    }
    return new Taps(tap, position, count, tapStep, -dilation / divisor);
  }

  private static int gcd(int a, int b) {
    return BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).intValueExact();
  }

  private static long inverse(int value, int modulus) {
    return BigInteger.valueOf(value).modInverse(BigInteger.valueOf(modulus)).longValueExact();
  }

  private static int place(long value) {
    return Math.toIntExact(value);
  }
}
