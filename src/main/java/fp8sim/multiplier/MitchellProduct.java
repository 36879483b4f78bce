package fp8sim.multiplier;

/**
 * Mitchell's logarithmic multiplication ("Computer multiplication and division using binary
 * logarithms", 1962), unrounded: with {@code t = x/n + y/n}, {@code 1 + t} if {@code t < 1}, else
 * {@code 2t}.
 */
record MitchellProduct() implements SignificandModel {
  static final ModelEntry ENTRY =
      new ModelEntry(
          "mitchell",
          "",
          "logarithmic multiplication (Mitchell 1962)",
          options -> new MitchellProduct());

  @Override
  public String name() {
    return "mitchell";
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
