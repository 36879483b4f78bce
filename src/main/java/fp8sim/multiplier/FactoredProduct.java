package fp8sim.multiplier;

/**
 * A product as a table of significand products and a sum of exponents: the form for operands that
 * are too wide for a table over all pairs of codes.
 */
public final class FactoredProduct implements BoundProduct {
  private final int mantissaBits;
  private final double[] significands;
  private final NormalizedCodes a;
  private final NormalizedCodes w;
  private final ProductRounding rounding;
  private final ProductUnits units;

  private FactoredProduct(
      int mantissaBits,
      double[] significands,
      NormalizedCodes a,
      NormalizedCodes w,
      ProductRounding rounding) {
    this.mantissaBits = mantissaBits;
    this.significands = significands;
    this.a = a;
    this.w = w;
    this.rounding = rounding;
    ProductUnits ofTable = TableUnits.of(significands);
    int lowest = a.minExponent() + w.minExponent();
    int range = a.maxExponent() + w.maxExponent() - lowest;
    this.units =
        rounding.units(new ProductUnits(ofTable.exponent() + lowest, ofTable.bits() + range));
  }

  static FactoredProduct bind(SignificandModel model, ProductSetting setting) {
    FloatGrid a = setting.floatA(model.name());
    FloatGrid w = setting.floatW(model.name());
    int mantissaBits = Math.max(a.format().mantissaBits(), w.format().mantissaBits());
    return new FactoredProduct(
        mantissaBits,
        model.significands(mantissaBits),
        new NormalizedCodes(a, mantissaBits),
        new NormalizedCodes(w, mantissaBits),
        setting.rounding());
  }

  @Override
  public double of(int codeA, int codeW) {
    return rounding.round(unrounded(codeA, codeW));
  }

  private double unrounded(int codeA, int codeW) {
    if (a.isZero(codeA) || w.isZero(codeW)) {
      return 0;
    }
    double significand = significands[a.fraction(codeA) << mantissaBits | w.fraction(codeW)];
    double magnitude = Math.scalb(significand, a.exponent(codeA) + w.exponent(codeW));
    return a.isNegative(codeA) == w.isNegative(codeW) ? magnitude : -magnitude;
  }

  @Override
  public ProductUnits units() {
    return units;
  }

  /** Mantissa bits M of the table: those of the wider operand. */
  public int mantissaBits() {
    return mantissaBits;
  }

  /**
   * Products of significands before any rounding, in {@code [1, 4)} unless the model errs: index
   * {@code x << M | y} for the fractions of the normalized first and second operand.
   */
  public double[] significands() {
    return significands.clone();
  }
}
