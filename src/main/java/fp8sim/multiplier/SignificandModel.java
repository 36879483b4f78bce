package fp8sim.multiplier;

/**
 * A model that multiplies significands and adds exponents: operands {@code (1 + x/n) * 2^i} and
 * {@code (1 + y/n) * 2^j} give {@code significand(x, y) * 2^(i+j)}. Subnormal operands are
 * normalized first; a zero operand gives zero.
 */
public interface SignificandModel extends Multiplier {
  /**
   * The products of all pairs of fractions {@code x, y} in {@code 0 .. 2^mantissaBits - 1}, index
   * {@code x << mantissaBits | y}.
   */
  double[] significands(int mantissaBits);

  @Override
  default BoundProduct bind(ProductSetting setting) {
    return FactoredProduct.bind(this, setting);
  }

  /** A product of two significands {@code 1 + x/n} and {@code 1 + y/n}. */
  @FunctionalInterface
  interface Significand {
    double of(int x, int y, int n);
  }

  /** The table of {@link #significands} for a formula. */
  static double[] tabulate(int mantissaBits, Significand product) {
    int n = 1 << mantissaBits;
    double[] table = new double[n * n];
    for (int i = 0; i < table.length; i++) {
      table[i] = product.of(i >> mantissaBits, i & (n - 1), n);
    }
    return table;
  }
}
