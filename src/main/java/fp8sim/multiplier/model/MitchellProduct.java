package fp8sim.multiplier.model;

import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.IntegerModel;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.SignificandModel;

/**
 * Mitchell's logarithmic multiplication ("Computer multiplication and division using binary
 * logarithms", 1962), unrounded: with {@code t = x/n + y/n}, {@code 1 + t} if {@code t < 1}, else
 * {@code 2t}. Of integers {@code (1 + x) 2^i} and {@code (1 + y) 2^j} the same with these
 * fractions: always an integer.
 */
record MitchellProduct() implements SignificandModel, IntegerModel {
  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "mitchell",
          "",
          "logarithmic multiplication (Mitchell 1962)",
          new MultiplierEntry.Help(
              "with t = x/n + y/n: (1 + t) 2^(i+j) if t < 1, else 2t 2^(i+j); integers too",
              "Mitchell, IRE Transactions on Electronic Computers, 1962",
              "mitchell"),
          options -> new MitchellProduct());

  @Override
  public String name() {
    return "mitchell";
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    return IntegerModel.bind(this, setting);
  }

  @Override
  public long magnitude(int a, int w) {
    long leadingA = Integer.highestOneBit(a);
    long leadingW = Integer.highestOneBit(w);
    // (x + y) 2^(i+j)
    long fractions = (a - leadingA) * leadingW + (w - leadingW) * leadingA;
    long one = leadingA * leadingW;
    return fractions < one ? one + fractions : 2 * fractions;
  }

  @Override
  public double[] significands(int mantissaBits) {
    return SignificandModel.tabulate(mantissaBits, MitchellProduct::significand);
  }

  static double significand(int x, int y, int n) {
    double t = (double) (x + y) / n;
    return t < 1 ? 1 + t : 2 * t;
  }
}
