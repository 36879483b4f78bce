package fp8sim.multiplier;

/**
 * A product of operands that are too wide for a {@link ProductTable}, whose units were found by
 * looking at all pairs of codes once.
 */
public record ScannedProduct(BoundProduct product, ProductUnits units) implements BoundProduct {
  /** The products as a table where operands are narrow enough, else looked at once. */
  public static BoundProduct orTable(BoundProduct product, ProductSetting setting) {
    int bitsA = setting.a().codeBits();
    int bitsW = setting.w().codeBits();
    return ProductTable.fits(setting)
        ? ProductTable.of(product, bitsA, bitsW)
        : new ScannedProduct(product, units(product, bitsA, bitsW));
  }

  /** The units of products that are all looked at. */
  public static ProductUnits units(BoundProduct product, int bitsA, int bitsW) {
    return TableUnits.of(product, bitsA, bitsW);
  }

  @Override
  public double of(int codeA, int codeW) {
    return product.of(codeA, codeW);
  }
}
