package fp8sim.multiplier;

import fp8sim.Fp8simException;

/**
 * Significand products from a table of bytes: bit 7 is the carry into the exponent, the low m bits
 * are the mantissa.
 */
record MantissaTable(String name, TableFile table) implements SignificandModel {
  private static final int CARRY_SHIFT = 7;

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
          return (1 + (entry & (n - 1)) / (double) n) * (1 + (entry >> CARRY_SHIFT));
        });
  }
}
