package fp8sim.multiplier;

/**
 * Products of integers with zero points: {@code (qA - zeroA) * (qW - zeroW)}, where only {@code qA
 * * qW} is the model's and the rest is exact, as in hardware that corrects sums afterwards.
 */
record OffsetProduct(BoundProduct product, ProductSetting setting, int zeroA, int zeroW)
    implements BoundProduct {
  @Override
  public double of(int codeA, int codeW) {
    double qA = setting.a().value(codeA);
    double qW = setting.w().value(codeW);
    return product.of(codeA, codeW) - zeroA * qW - zeroW * qA + (double) zeroA * zeroW;
  }

  /** Units that hold each term; four of them need two bits more. */
  @Override
  public ProductUnits units() {
    double largestA = largest(setting.a()) + Math.abs(zeroA);
    double largestW = largest(setting.w()) + Math.abs(zeroW);
    ProductUnits terms = product.units().union(ProductUnits.of(0, largestA * largestW));
    return new ProductUnits(terms.exponent(), terms.bits() + 2);
  }

  private static double largest(Grid grid) {
    return 1 << grid.codeBits();
  }
}
