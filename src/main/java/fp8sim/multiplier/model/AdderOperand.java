package fp8sim.multiplier.model;

import fp8sim.format.FloatFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.NormalizedCodes;

/**
 * Magnitude codes of an operand as an adder sees them, with the fraction widened to a common number
 * of mantissa bits. Normalized subnormals have negative exponents, so codes can be negative.
 */
final class AdderOperand {
  private final FloatFormat format;
  // By magnitude code.
  private final int[] magnitudes;

  AdderOperand(FloatGrid grid, int mantissaBits, boolean normalizeSubnormals) {
    format = grid.format();
    magnitudes = new int[1 << format.magnitudeBits()];
    NormalizedCodes normalized = new NormalizedCodes(grid, mantissaBits);
    int shift = mantissaBits - format.mantissaBits();
    for (int c = 0; c < magnitudes.length; c++) {
      boolean isSubnormal = c > 0 && c < format.minNormalMagnitude();
      magnitudes[c] =
          isSubnormal && normalizeSubnormals
              ? ((normalized.exponent(c) + grid.bias()) << mantissaBits) + normalized.fraction(c)
              : c << shift;
    }
  }

  int magnitude(int code) {
    return magnitudes[format.magnitude(code)];
  }

  boolean isZero(int code) {
    return format.magnitude(code) == 0;
  }

  boolean isFinite(int code) {
    return format.isFinite(code);
  }

  boolean isNegative(int code) {
    return format.isNegative(code);
  }
}
