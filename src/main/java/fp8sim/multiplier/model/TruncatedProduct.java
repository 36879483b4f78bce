package fp8sim.multiplier.model;

import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.IntegerModel;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.SignificandModel;

/**
 * The exact product of integers, or of significands as integers, with its lowest bits cleared.
 *
 * @param clearedBits k
 */
record TruncatedProduct(int clearedBits) implements SignificandModel, IntegerModel {
  // Two significands of 11 bits have a product of 22.
  private static final int MAX_BITS = 22;

  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "truncated",
          "k=0..22",
          "the k lowest bits of the product (of minifloats: of significands) cleared",
          new MultiplierEntry.Help(
              "the product of (n + x) and (n + y), or of integer magnitudes, less its remainder by"
                  + " 2^k",
              "truncated array multipliers",
              "truncated:k=4"),
          options -> new TruncatedProduct(options.requiredInteger("k", 0, MAX_BITS)));

  @Override
  public String name() {
    return "truncated:k=" + clearedBits;
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    return IntegerModel.bind(this, setting);
  }

  @Override
  public long magnitude(int a, int w) {
    return ((long) a * w) >> clearedBits << clearedBits;
  }

  @Override
  public double[] significands(int mantissaBits) {
    return SignificandModel.tabulate(
        mantissaBits,
        (x, y, n) -> {
          int product = (n + x) * (n + y);
          return (product >> clearedBits << clearedBits) / ((double) n * n);
        });
  }
}
