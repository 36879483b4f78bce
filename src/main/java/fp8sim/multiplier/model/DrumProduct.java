package fp8sim.multiplier.model;

import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FactoredProduct;
import fp8sim.multiplier.IntegerModel;
import fp8sim.multiplier.IntegerProduct;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.SignificandModel;

/**
 * The dynamic range unbiased multiplier (Hashemi, Bahar and Reda, "DRUM: a dynamic range unbiased
 * multiplier for approximate applications", ICCAD 2015): of each operand's integer magnitude k bits
 * are kept, from its leading one, and the lowest of them is set; magnitudes below {@code 2^k} stay
 * exact. The integer of a minifloat is its significand, {@code n + f}, or {@code f} of a subnormal.
 *
 * @param keptBits k, counted from the leading one
 */
public record DrumProduct(int keptBits) implements IntegerModel {
  private static final int MAX_BITS = 11;

  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "drum",
          "k=1..11",
          "operands of k bits from the leading one, the lowest one set (ICCAD 2015)",
          new MultiplierEntry.Help(
              "d(n + x) d(n + y) / n^2 2^(i+j), d keeping k bits from the leading one and setting"
                  + " the lowest if any are dropped; integers too",
              "Hashemi, Bahar and Reda, ICCAD 2015",
              "drum:k=4"),
          options -> new DrumProduct(options.requiredInteger("k", 1, MAX_BITS)));

  @Override
  public String name() {
    return "drum:k=" + keptBits;
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    return IntegerProduct.bind(
        this, setting, () -> FactoredProduct.bind(name(), setting, DrumProduct::exact, this::kept));
  }

  @Override
  public long magnitude(int a, int w) {
    return (long) kept(a) * kept(w);
  }

  private static double[] exact(int mantissaBits) {
    return SignificandModel.tabulate(
        mantissaBits, (x, y, n) -> (double) (n + x) * (n + y) / ((double) n * n));
  }

  private int kept(int magnitude) {
    int dropped = Integer.SIZE - Integer.numberOfLeadingZeros(magnitude) - keptBits;
    return dropped <= 0 ? magnitude : (magnitude >> dropped | 1) << dropped;
  }
}
