package fp8sim.kernel.simd.conv;

import fp8sim.kernel.simd.vector.Specialized;
import fp8sim.numerics.FloatMath;
import java.lang.invoke.MethodHandles;

/**
 * Sums of 3 x 3 windows of one plane, each starting at +0, window element after window element, for
 * adjacent columns of one row or of two. All nine weights stay in registers.
 *
 * <p>{@code x} is the address of the upper left element of the first column's window, {@code pitch}
 * the bytes from row to row, {@code left} and {@code right} are addresses of {@code count} ints, -1
 * where a window has its first (last) column, 0 where that is padding, {@code weights} that of nine
 * floats. {@code count} is a multiple of a vector.
 */
abstract class WindowRows {
  static WindowRows of(FloatMath floatMath) {
    return Specialized.of(
        MethodHandles.lookup(), FloatWindowRows.class, WindowRows.class, floatMath);
  }

  /** One row of windows to {@code to[toAt ..]}. */
  abstract void single(
      long x, long pitch, long left, long right, long weights, int count, float[] to, int toAt);

  /** Two rows of windows, one {@code pitch} apart; the second one follows the first one. */
  abstract void pair(
      long x, long pitch, long left, long right, long weights, int count, float[] to, int toAt);
}
