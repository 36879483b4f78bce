package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ResultCodes;

/** Binds a table that is indexed by codes and holds codes or values of results. */
final class CodeTable {
  private CodeTable() {}

  static ProductTable bind(TabulatedProduct model, ProductSetting setting) {
    int rows = 1 << setting.a().codeBits();
    int columns = 1 << setting.w().codeBits();
    TableFile table = model.table();
    if (table.rows() != rows || table.columns() != columns) {
      throw Fp8simException.usage(
          "multiplier "
              + model.name()
              + " has "
              + table.rows()
              + " x "
              + table.columns()
              + " entries, but the operands' formats have "
              + rows
              + " and "
              + columns
              + " codes (bias policy study adds a bit to its codes: use saturate or real)");
    }
    double[] products = new double[rows * columns];
    for (int i = 0; i < products.length; i++) {
      int codeA = i / columns;
      int codeW = i % columns;
      boolean finite = setting.a().isFinite(codeA) && setting.w().isFinite(codeW);
      products[i] = finite ? product(model, setting, table.entry(codeA, codeW)) + 0.0 : 0;
    }
    return new ProductTable(setting.a().codeBits(), setting.w().codeBits(), products);
  }

  private static double product(TabulatedProduct model, ProductSetting setting, double entry) {
    double value =
        model.entry() == TableProduct.TableEntry.VALUE
            ? entry
            : ResultCodes.value(model.name(), setting.requireResultCodes(model.name()), entry);
    if (!Double.isFinite(value)) {
      throw Fp8simException.input("multiplier " + model.name() + " holds the product " + value);
    }
    return setting.rounding().round(value);
  }
}
