package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.user.TableProduct.TableEntry;

/**
 * What a table of a multiplier holds: an entry for each pair of codes.
 *
 * @param signed whether operands are two's complement; false for all but integers
 * @param kind what entries are
 */
record TableContent(
    Multiplier model, int bitsA, int bitsW, boolean signed, TableEntry kind, Entry entry) {
  private static final int MAX_INDEX_BITS = 2 * TableFile.MAX_BITS;

  /** An entry of a pair of codes. */
  @FunctionalInterface
  interface Entry {
    double of(int codeA, int codeW);
  }

  /**
   * The products of a multiplier: of integers as they are, of other numbers as values.
   *
   * @throws Fp8simException (usage) if there is no table of these operands
   */
  static TableContent of(Multiplier model, ProductSetting setting) {
    int bitsA = setting.a().codeBits();
    int bitsW = setting.w().codeBits();
    if (Math.max(bitsA, bitsW) > TableFile.MAX_BITS || bitsA + bitsW > MAX_INDEX_BITS) {
      throw Fp8simException.usage(
          "multiplier %s: %s and %s are too wide for a table of 12 x 12 bits"
              .formatted(model.name(), setting.a().name(), setting.w().name()));
    }
    BoundProduct product =
        ProductTable.fits(setting) ? ProductTable.tabulate(model, setting) : model.bind(setting);
    Entry value = (a, w) -> product.of(a, w) + 0.0;
    if (setting.a() instanceof IntegerGrid a && setting.w() instanceof IntegerGrid w) {
      if (a.signed() != w.signed()) {
        throw Fp8simException.usage(
            "multiplier %s: a table has two signed operands or two unsigned ones"
                .formatted(model.name()));
      }
      return new TableContent(model, bitsA, bitsW, a.signed(), TableEntry.INTEGER, value);
    }
    return new TableContent(model, bitsA, bitsW, false, TableEntry.VALUE, value);
  }

  /** The same with the codes of results instead of their values; integers stay as they are. */
  TableContent withCodes(ProductSetting setting) {
    if (kind == TableEntry.INTEGER) {
      return this;
    }
    Grid results = setting.requireResultCodes(model.name());
    Entry code =
        (a, w) -> {
          double product = entry.of(a, w);
          int found = results.code(product);
          if (!results.isFinite(found) || results.value(found) != product) {
            throw misfit(a, w, "no number of the result's format " + results.name());
          }
          return found;
        };
    return new TableContent(model, bitsA, bitsW, false, TableEntry.CODE, code);
  }

  /**
   * Checks that all entries are integers from {@code min} to {@code max}.
   *
   * @param what such integers are called
   */
  void requireIntegers(double min, double max, String what) {
    forEach(
        (a, w, value) -> {
          if (value != Math.rint(value) || value < min || value > max) {
            throw misfit(a, w, "no " + what);
          }
        });
  }

  /** Takes entries one by one. */
  @FunctionalInterface
  interface Taker {
    void take(int codeA, int codeW, double value);
  }

  /** All entries, row by row. */
  void forEach(Taker taker) {
    for (int a = 0; a < 1 << bitsA; a++) {
      for (int w = 0; w < 1 << bitsW; w++) {
        taker.take(a, w, entry.of(a, w));
      }
    }
  }

  /** The operand of a code: the integer that it is. */
  int operand(int code, int bits) {
    int unused = Integer.SIZE - bits;
    return signed ? code << unused >> unused : code;
  }

  private Fp8simException misfit(int codeA, int codeW, String why) {
    return Fp8simException.usage(
        "multiplier %s: the product of %d and %d is %s, %s, so this dialect cannot hold it"
            .formatted(
                model.name(),
                operand(codeA, bitsA),
                operand(codeW, bitsW),
                TextRows.text(entry.of(codeA, codeW)),
                why));
  }
}
