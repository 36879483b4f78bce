package fp8sim.multiplier.model;

import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.IntegerModel;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.SignificandModel;

/**
 * The minimally biased multiplier (Saadat, Bokhari and Parameswaran, "Minimally biased multipliers
 * for approximate integer and floating-point multiplication", TCAD 2018): Mitchell's product plus a
 * constant, of integers without its fraction.
 */
record MbmProduct() implements SignificandModel, IntegerModel {
  // 2^-4 + 2^-6: Mitchell's mean error, 1/12, in two bits.
  private static final double CORRECTION = 0x1.4p-4;

  private static final MitchellProduct MITCHELL = new MitchellProduct();

  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "mbm",
          "",
          "mitchell plus a constant (minimally biased)",
          new MultiplierEntry.Help(
              "mitchell + (2^-4 + 2^-6) 2^(i+j); of integers without its fraction",
              "Saadat, Bokhari and Parameswaran, IEEE TCAD 2018",
              "mbm"),
          options -> new MbmProduct());

  @Override
  public String name() {
    return "mbm";
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    return IntegerModel.bind(this, setting);
  }

  @Override
  public long magnitude(int a, int w) {
    long one = (long) Integer.highestOneBit(a) * Integer.highestOneBit(w);
    return MITCHELL.magnitude(a, w) + (long) (one * CORRECTION);
  }

  @Override
  public double[] significands(int mantissaBits) {
    return SignificandModel.tabulate(
        mantissaBits, (x, y, n) -> MitchellProduct.significand(x, y, n) + CORRECTION);
  }
}
