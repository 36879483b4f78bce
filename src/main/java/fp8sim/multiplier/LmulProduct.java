package fp8sim.multiplier;

import java.util.OptionalInt;

/**
 * L-Mul (Luo and Sun, "Addition is all you need", arXiv 2410.00907): {@code 1 + x/n + y/n + 2^-l}.
 *
 * @param offset l; empty for the paper's choice by mantissa width
 */
record LmulProduct(OptionalInt offset) implements SignificandModel {
  private static final int MAX_OFFSET = 20;

  static final ModelEntry ENTRY =
      new ModelEntry(
          "lmul",
          "l=auto|1..20",
          "addition of fractions and a constant 2^-l (arXiv 2410.00907)",
          LmulProduct::read);

  private static LmulProduct read(ModelOptions options) {
    return new LmulProduct(options.optionalInteger("l", "auto", 1, MAX_OFFSET));
  }

  @Override
  public String name() {
    return offset.isPresent() ? "lmul:l=" + offset.getAsInt() : "lmul";
  }

  @Override
  public double[] significands(int mantissaBits) {
    double constant = Math.scalb(1.0, -offset.orElse(defaultOffset(mantissaBits)));
    return SignificandModel.tabulate(
        mantissaBits, (x, y, n) -> 1 + (double) (x + y) / n + constant);
  }

  private static int defaultOffset(int mantissaBits) {
    return mantissaBits <= 3 ? mantissaBits : mantissaBits == 4 ? 3 : 4;
  }
}
