package fp8sim.multiplier;

import fp8sim.Fp8simException;

/**
 * Binds a table of products of 8-bit integers to integer operands.
 *
 * <p>An operand that is unsigned and too large for a table of signed integers is taken as {@code
 * 128 + (q - 128)}: the table multiplies {@code q - 128}, and the rest is exact, as in hardware
 * that moves the zero point. A table of unsigned integers multiplies magnitudes of signed operands.
 */
record IntegerTable(TableProduct model, IntegerGrid a, IntegerGrid w) implements BoundProduct {
  private static final int SIGNED_MAX = 127;
  private static final int OFFSET = 128;
  private static final int INDEX_MASK = 255;

  static ProductTable bind(TableProduct model, ProductSetting setting) {
    if (setting.a() instanceof IntegerGrid a && setting.w() instanceof IntegerGrid w) {
      BoundProduct product = new IntegerTable(model, a, w);
      return ProductTable.of(product, a.codeBits(), w.codeBits());
    }
    throw Fp8simException.usage(
        "multiplier "
            + model.name()
            + " multiplies integers (--format int8), not "
            + setting.a().name()
            + " and "
            + setting.w().name()
            + "; entry=code or entry=value reads it as a table of codes");
  }

  @Override
  public double of(int codeA, int codeW) {
    int qA = a.integer(codeA);
    int qW = w.integer(codeW);
    return model.signed() ? signed(qA, qW) : unsigned(qA, qW);
  }

  private double signed(int qA, int qW) {
    int offsetA = a.max() > SIGNED_MAX ? OFFSET : 0;
    int offsetW = w.max() > SIGNED_MAX ? OFFSET : 0;
    int movedA = qA - offsetA;
    int movedW = qW - offsetW;
    double product = model.table().entry(movedA & INDEX_MASK, movedW & INDEX_MASK);
    return product + offsetA * movedW + offsetW * movedA + offsetA * offsetW;
  }

  private double unsigned(int qA, int qW) {
    double product = model.table().entry(Math.abs(qA), Math.abs(qW));
    return qA < 0 == qW < 0 ? product : -product;
  }

  @Override
  public ProductUnits units() {
    return ProductTable.of(this, a.codeBits(), w.codeBits()).units();
  }
}
