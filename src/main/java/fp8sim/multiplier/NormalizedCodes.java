package fp8sim.multiplier;

import fp8sim.format.FloatFormat;
import java.util.function.IntUnaryOperator;

/**
 * The codes of a grid as {@code (1 + fraction/n) * 2^exponent}, subnormals normalized, with the
 * fraction widened to a common number of mantissa bits.
 */
public final class NormalizedCodes {
  private final FloatFormat format;
  // By magnitude code.
  private final int[] exponents;
  private final int[] fractions;

  public NormalizedCodes(FloatGrid grid, int mantissaBits) {
    this(grid, mantissaBits, IntUnaryOperator.identity());
  }

  /**
   * The codes of changed significands.
   *
   * @param operand given the significand as an integer with {@code mantissaBits} fraction bits,
   *     before a subnormal's is normalized; its result has as many bits
   */
  public NormalizedCodes(FloatGrid grid, int mantissaBits, IntUnaryOperator operand) {
    format = grid.format();
    int count = format.maxMagnitude() + 1;
    exponents = new int[count];
    fractions = new int[count];
    int smallestNormal = (format.normalOnly() ? 0 : 1) - grid.bias();
    for (int magnitude = 1; magnitude < count; magnitude++) {
      double value = format.magnitudeValue(magnitude, grid.bias());
      int exponent = Math.getExponent(value);
      int scale = mantissaBits - Math.max(exponent, smallestNormal);
      int significand = operand.applyAsInt((int) Math.scalb(value, scale));
      exponents[magnitude] = exponent;
      int normalized = significand << (mantissaBits - exponent - scale);
      fractions[magnitude] = normalized - (1 << mantissaBits);
    }
  }

  /** Whether a code is zero, or no number. */
  boolean isZero(int code) {
    return format.magnitude(code) == 0 || !format.isFinite(code);
  }

  boolean isNegative(int code) {
    return format.isNegative(code);
  }

  public int exponent(int code) {
    return exponents[format.magnitude(code)];
  }

  public int fraction(int code) {
    return fractions[format.magnitude(code)];
  }

  int minExponent() {
    return exponents[1];
  }

  int maxExponent() {
    return exponents[exponents.length - 1];
  }
}
