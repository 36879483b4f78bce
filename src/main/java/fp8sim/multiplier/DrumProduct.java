package fp8sim.multiplier;

/**
 * The dynamic range unbiased multiplier (Hashemi, Bahar and Reda, "DRUM: a dynamic range unbiased
 * multiplier for approximate applications", ICCAD 2015) of significands: each one keeps its leading
 * bits, and the lowest kept bit is set if bits were dropped.
 *
 * @param keptBits k, counted from the leading one
 */
record DrumProduct(int keptBits) implements SignificandModel {
  private static final int MAX_BITS = 11;

  static final ModelEntry ENTRY =
      new ModelEntry(
          "drum",
          "k=1..11",
          "significands of k bits, the lowest one set (ICCAD 2015)",
          options -> new DrumProduct(options.requiredInteger("k", 1, MAX_BITS)));

  @Override
  public String name() {
    return "drum:k=" + keptBits;
  }

  @Override
  public double[] significands(int mantissaBits) {
    int dropped = Math.max(mantissaBits + 1 - keptBits, 0);
    return SignificandModel.tabulate(
        mantissaBits,
        (x, y, n) -> (double) kept(n + x, dropped) * kept(n + y, dropped) / ((double) n * n));
  }

  private static int kept(int significand, int dropped) {
    return dropped == 0 ? significand : (significand >> dropped | 1) << dropped;
  }
}
