package fp8sim.format;

/**
 * The study's own decomposition of a value into exponent and fraction: rounding to nearest-even
 * without a carry, so that a value in the last half step below a power of two goes to 1.11..1.
 */
public final class RoundWithoutCarry {
  private RoundWithoutCarry() {}

  /**
   * Magnitude code {@code (e << M) | f} of a finite, non-negative value; {@code e} may exceed the
   * format's top.
   */
  public static int magnitude(double absolute, FloatFormat format, int bias) {
    int nearest = format.roundMagnitude(absolute, bias, Rounding.NEAREST_EVEN, 0);
    boolean startsBinade = (nearest & (format.fractionCount() - 1)) == 0;
    boolean carried = startsBinade && format.magnitudeValue(nearest, bias) > absolute;
    return carried ? nearest - 1 : nearest;
  }

  /**
   * A value on the grid of {@code format}, by {@link #magnitude}.
   *
   * @param extend whether exponents go on above the top; otherwise the largest value is the limit
   */
  public static double round(double value, FloatFormat format, int bias, boolean extend) {
    int magnitude = magnitude(Math.abs(value), format, bias);
    int limited = extend ? magnitude : Math.min(magnitude, format.maxMagnitude());
    return Math.copySign(format.magnitudeValue(limited, bias), value);
  }
}
