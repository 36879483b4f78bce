package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductUnits;
import fp8sim.multiplier.ScannedProduct;

/**
 * Binds a table of products of integers to integer operands, which may be narrower than it.
 *
 * <p>An operand of n bits that is unsigned and too large for a table of signed integers is taken as
 * {@code 2^(n-1) + (q - 2^(n-1))}: the table multiplies {@code q - 2^(n-1)}, and the rest is exact,
 * as in hardware that moves the zero point. A table of unsigned integers multiplies magnitudes of
 * signed operands.
 */
record IntegerTable(TabulatedProduct model, IntegerGrid a, IntegerGrid w) implements BoundProduct {

  static BoundProduct bind(TabulatedProduct model, ProductSetting setting) {
    if (setting.a() instanceof IntegerGrid a && setting.w() instanceof IntegerGrid w) {
      requireWidth(model, a, model.table().bitsA());
      requireWidth(model, w, model.table().bitsW());
      return ScannedProduct.orTable(new IntegerTable(model, a, w), setting);
    }
    throw Fp8simException.usage(
        "multiplier "
            + model.name()
            + " multiplies integers ("
            + UserOption.FORMAT.with("int8")
            + "), not "
            + setting.a().name()
            + " and "
            + setting.w().name()
            + "; entry=code or entry=value reads it as a table of codes");
  }

  private static void requireWidth(TabulatedProduct model, IntegerGrid grid, int bits) {
    if (grid.codeBits() > bits) {
      throw Fp8simException.usage(
          "multiplier %s is a table of %d x %d bits, too narrow for %s"
              .formatted(model.name(), model.table().bitsA(), model.table().bitsW(), grid.name()));
    }
  }

  @Override
  public double of(int codeA, int codeW) {
    int qA = a.integer(codeA);
    int qW = w.integer(codeW);
    return model.signed() ? signed(qA, qW) : unsigned(qA, qW);
  }

  private double signed(int qA, int qW) {
    int bitsA = model.table().bitsA();
    int bitsW = model.table().bitsW();
    int offsetA = offset(a, bitsA);
    int offsetW = offset(w, bitsW);
    int movedA = qA - offsetA;
    int movedW = qW - offsetW;
    double product = model.table().entry(movedA & ((1 << bitsA) - 1), movedW & ((1 << bitsW) - 1));
    return product + offsetA * movedW + offsetW * movedA + offsetA * offsetW;
  }

  /** What is taken off an operand that has values above a signed table's largest. */
  private static int offset(IntegerGrid grid, int bits) {
    int half = 1 << (bits - 1);
    return grid.max() >= half ? half : 0;
  }

  private double unsigned(int qA, int qW) {
    double product = model.table().entry(Math.abs(qA), Math.abs(qW));
    return qA < 0 == qW < 0 ? product : -product;
  }

  @Override
  public ProductUnits units() {
    return ScannedProduct.units(this, a.codeBits(), w.codeBits());
  }
}
