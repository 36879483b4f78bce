package fp8sim.kernel.reference;

import fp8sim.plan.WindowAxis;
import java.math.BigInteger;

/**
 * Which taps of one axis of a window each output position visits: {@code count} of them, {@code
 * tapStep} apart, the first of which reads the input at {@code position}, the next one {@code
 * positionStep} further. What lies in the padding is never visited.
 */
record WindowTaps(int[] tap, int[] position, int[] count, int tapStep, int positionStep) {
  /** The taps of each position of the window. */
  static WindowTaps gathering(WindowAxis axis) {
    int output = axis.output();
    int[] tap = new int[output];
    int[] position = new int[output];
    int[] count = new int[output];
    for (int o = 0; o < output; o++) {
      tap[o] = axis.firstTap(o);
      count[o] = axis.endTap(o) - tap[o];
      long first = (long) o * axis.stride() + (long) tap[o] * axis.dilation() - axis.before();
      position[o] = count[o] == 0 ? 0 : place(first);
    }
    return new WindowTaps(tap, position, count, 1, axis.dilation());
  }

  /**
   * The inverse, for transposed convolutions: for each element of the input the taps with which
   * positions reach it, and which positions these are.
   */
  static WindowTaps scattering(WindowAxis axis) {
    int stride = axis.stride();
    int dilation = axis.dilation();
    int input = axis.input();
    int output = axis.output();
    int divisor = gcd(stride, dilation);
    int tapStep = stride / divisor;
    long inverse = inverse(dilation / divisor, tapStep);
    int[] tap = new int[input];
    int[] position = new int[input];
    int[] count = new int[input];
    for (int i = 0; i < input; i++) {
      long place = (long) i + axis.before();
      long lowest = Math.ceilDiv(place - (output - 1L) * stride, dilation);
      long least = Math.max(0, lowest);
      long most = Math.min(axis.kernel() - 1L, place / dilation);
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
    return new WindowTaps(tap, position, count, tapStep, -dilation / divisor);
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
