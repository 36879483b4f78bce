package fp8sim.format;

/** The integer bias that fits a format's largest value to a range. */
public final class Biases {
  private Biases() {}

  /**
   * {@code RNE(2^E - log2(maxval) + log2(2 - 1/n) - 1)}, found exactly: with {@code t =
   * log2(maxval) - log2(2 - 1/n)} it is {@code 2^E - 1 - RNE(t)}, and {@code t} rounds to {@code k}
   * where {@code 2^(2k-1) < maxval^2 / (2-1/n)^2 < 2^(2k+1)}. Both squares are exact in a double,
   * and no ties exist because the square root of 2 is irrational.
   *
   * @param maxval positive and finite
   */
  public static int fit(FloatFormat format, float maxval) {
    requireRange(maxval);
    double significandTop = 2 * format.fractionCount() - 1;
    double left = (double) maxval * maxval;
    double right = significandTop * significandTop;
    // maxval / (2 - 1/n) = maxval * n / significandTop
    int shift = 2 * format.mantissaBits();
    int k = Math.getExponent(maxval * (double) format.fractionCount() / significandTop);
    while (left > Math.scalb(right, 2 * k + 1 - shift)) {
      k++;
    }
    while (left < Math.scalb(right, 2 * k - 1 - shift)) {
      k--;
    }
    return (1 << format.exponentBits()) - 1 - k;
  }

  /**
   * The largest bias whose largest finite value is not below a range.
   *
   * @param maxval positive and finite
   */
  public static int cover(FloatFormat format, float maxval) {
    requireRange(maxval);
    int bias = fit(format, maxval);
    while (format.maxFinite(bias) < maxval) {
      bias--;
    }
    while (format.maxFinite(bias + 1) >= maxval) {
      bias++;
    }
    return bias;
  }

  private static void requireRange(float maxval) {
    if (!(maxval > 0) || Float.isInfinite(maxval)) {
      throw new IllegalArgumentException("a range must be positive and finite, not " + maxval);
    }
  }
}
