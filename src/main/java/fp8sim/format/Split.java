package fp8sim.format;

/**
 * The study's own decomposition of a value into exponent and fraction: rounding to nearest-even
 * without a carry, so that a value in the last half step below a power of two goes to 1.11..1.
 */
public final class Split {
  private Split() {}

  /**
   * Extended magnitude code {@code (e << M) | f} of a finite, non-negative value; {@code e} may
   * exceed the format's top.
   */
  public static int magnitude(double absolute, int bias, int mantissaBits) {
    int e = Math.getExponent(absolute) + bias;
    int binade = Math.max(e, 1);
    double steps = Math.scalb(absolute, mantissaBits + bias - binade);
    int n = 1 << mantissaBits;
    int f = (int) Math.rint(e < 1 ? steps : steps - n);
    return Math.max(e, 0) << mantissaBits | Math.min(f, n - 1);
  }

  /**
   * A value on the grid of {@code format}, by {@link #magnitude}.
   *
   * @param extend whether exponents go on above the top; otherwise the largest value is the limit
   */
  public static double round(double value, FloatFormat format, int bias, boolean extend) {
    int magnitude = magnitude(Math.abs(value), bias, format.mantissaBits());
    int limited = extend ? magnitude : Math.min(magnitude, format.maxMagnitude());
    return Math.copySign(format.magnitudeValue(limited, bias), value);
  }
}
