package fp8sim.multiplier;

import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

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

  public static FactoredProduct bind(SignificandModel model, ProductSetting setting) {
    return bind(model.name(), setting, model::significands, IntUnaryOperator.identity());
  }

  /**
   * A product of operands that are changed first.
   *
   * @param significands as {@link SignificandModel#significands}, of mantissa bits
   * @param operand of an operand's integer significand, which keeps its leading one: see {@link
   *     NormalizedCodes}
   */
  public static FactoredProduct bind(
      String name,
      ProductSetting setting,
      IntFunction<double[]> significands,
      IntUnaryOperator operand) {
    FloatGrid a = setting.floatA(name);
    FloatGrid w = setting.floatW(name);
    int mantissaBits = Math.max(a.format().mantissaBits(), w.format().mantissaBits());
    return new FactoredProduct(
        mantissaBits,
        significands.apply(mantissaBits),
        new NormalizedCodes(a, mantissaBits, operand),
        new NormalizedCodes(w, mantissaBits, operand),
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
