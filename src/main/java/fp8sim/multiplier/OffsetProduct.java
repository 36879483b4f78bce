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

  @Override
  public ProductUnits units() {
    return ProductTable.of(this, setting.a().codeBits(), setting.w().codeBits()).units();
  }
}
