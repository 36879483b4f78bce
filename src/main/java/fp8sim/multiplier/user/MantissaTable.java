package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.SignificandModel;

/**
 * Significand products from a table of fractions: entries are {@code carry * 2^m + fraction}, with
 * the carry into the exponent.
 */
record MantissaTable(String name, TableFile table) implements SignificandModel {
  @Override
  public double[] significands(int mantissaBits) {
    if (table.rows() != 1 << mantissaBits) {
      throw Fp8simException.usage(
          "multiplier "
              + name
              + " is a table of "
              + table.rows()
              + " x "
              + table.columns()
              + " mantissas, but the operands have "
              + mantissaBits
              + " mantissa bits");
    }
    return SignificandModel.tabulate(
        mantissaBits,
        (x, y, n) -> {
          int entry = (int) table.entry(x, y);
          return (1 + (entry & (n - 1)) / (double) n) * (1 + (entry >> mantissaBits));
        });
  }
}
