package fp8sim.multiplier.model;

import fp8sim.common.OptionNames;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.MultiplierOptions;
import fp8sim.multiplier.SignificandModel;
import java.util.OptionalInt;

/**
 * L-Mul (Luo and Sun, "Addition is all you need for energy-efficient language models", arXiv
 * 2410.00907): with {@code t = x/n + y/n + 2^-l}, the significand {@code 1 + t}.
 *
 * @param offset l; empty for the paper's choice by mantissa width
 */
record LmulProduct(OptionalInt offset, Form form) implements SignificandModel {
  private static final int MAX_OFFSET = 20;

  /** What becomes of {@code t} from 1 on. */
  enum Form {
    /**
     * One integer addition of the codes, as in hardware and in the paper's method: a carry of the
     * fraction goes into the exponent, {@code 2^floor(t) * (1 + t - floor(t))}.
     */
    INTEGER,
    /** The paper's equation on real numbers: {@code 1 + t}. */
    EQUATION
  }

  static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "lmul",
          "l=auto|1..20,form=integer|equation",
          "addition of fractions and a constant 2^-l (arXiv 2410.00907)",
          new MultiplierEntry.Help(
              "with t = x/n + y/n + 2^-l: 2^floor(t) (1 + t - floor(t)) 2^(i+j); form=equation: (1"
                  + " + t) 2^(i+j)",
              "Luo and Sun, arXiv 2410.00907; l=auto is M for M <= 3, 3 for M = 4, else 4",
              "lmul:l=3"),
          LmulProduct::read);

  private static LmulProduct read(MultiplierOptions options) {
    return new LmulProduct(
        options.optionalInteger("l", "auto", 1, MAX_OFFSET),
        options.choice("form", Form.class, Form.INTEGER));
  }

  @Override
  public String name() {
    String l = offset.isPresent() ? Integer.toString(offset.getAsInt()) : "auto";
    return "lmul:l=" + l + ",form=" + OptionNames.of(form);
  }

  @Override
  public double[] significands(int mantissaBits) {
    double constant = Math.scalb(1.0, -offset.orElse(defaultOffset(mantissaBits)));
    return SignificandModel.tabulate(
        mantissaBits, (x, y, n) -> significand((double) (x + y) / n + constant));
  }

  private double significand(double t) {
    if (form == Form.EQUATION) {
      return 1 + t;
    }
    int carry = (int) t;
    return Math.scalb(1 + t - carry, carry);
  }

  private static int defaultOffset(int mantissaBits) {
    return mantissaBits <= 3 ? mantissaBits : mantissaBits == 4 ? 3 : 4;
  }
}
