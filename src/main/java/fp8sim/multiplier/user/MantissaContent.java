package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.SignificandModel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes a table of fractions of a multiplier of minifloats, if it is one of fractions. */
final class MantissaContent {
  private final Multiplier model;
  private final ProductSetting setting;
  private final int bits;

  private MantissaContent(Multiplier model, ProductSetting setting) {
    this.model = model;
    this.setting = setting;
    this.bits =
        Math.max(
            setting.floatA(model.name()).format().mantissaBits(),
            setting.floatW(model.name()).format().mantissaBits());
  }

  /**
   * The table, whose products are those of the multiplier.
   *
   * @param mostBits mantissa bits that the dialect holds
   * @throws Fp8simException (usage) if no such table has these products
   */
  static TableFile of(Multiplier model, ProductSetting setting, int mostBits) {
    MantissaContent content = new MantissaContent(model, setting);
    if (content.bits > mostBits) {
      throw content.misfit(
          "%d mantissa bits are more than the %d of this dialect"
              .formatted(content.bits, mostBits));
    }
    return content.table();
  }

  private TableFile table() {
    double[] significands = significands();
    double[] entries = new double[significands.length];
    Arrays.setAll(entries, i -> entry(significands[i]));
    TableFile table = new TableFile(1 << bits, 1 << bits, entries);
    if (!isModelOfSignificands()) {
      requireEqual(new MantissaTable(model.name(), table));
    }
    return table;
  }

  private boolean isModelOfSignificands() {
    return setting.rounding() instanceof ProductRounding.None && significandModel() != null;
  }

  private @Nullable SignificandModel significandModel() {
    return switch (model) {
      case SignificandModel own -> own;
      case TableProduct table when table.dialect().isOfMantissas() -> table.mantissas();
      default -> null;
    };
  }

  private double[] significands() {
    SignificandModel own = significandModel();
    if (own != null && setting.rounding() instanceof ProductRounding.None) {
      return own.significands(bits);
    }
    if (!ProductTable.fits(setting)) {
      throw misfit("its formats are too wide to look at all products");
    }
    BoundProduct product = ProductTable.tabulate(model, setting);
    int firstA = binade(setting.floatA(model.name()));
    int firstW = binade(setting.floatW(model.name()));
    double unit = setting.a().value(firstA) * setting.w().value(firstW);
    return SignificandModel.tabulate(bits, (x, y, n) -> product.of(firstA + x, firstW + y) / unit);
  }

  /** The code of a power of two in the middle of the exponents. */
  private int binade(FloatGrid grid) {
    if (grid.format().exponentBits() == 0 || grid.format().mantissaBits() != bits) {
      throw misfit("operands need exponents, and mantissas of one width");
    }
    return 1 << (grid.format().exponentBits() - 1 + bits);
  }

  /** An entry: the carry above the fraction. */
  private double entry(double significand) {
    int carry = significand >= 2 ? 1 : 0;
    double fraction = (significand / (1 + carry) - 1) * (1 << bits);
    if (fraction != Math.rint(fraction) || fraction < 0 || fraction >= 1 << bits) {
      throw misfit(
          "a product of significands is %s, which a carry and %d bits cannot hold"
              .formatted(significand, bits));
    }
    return carry << bits | (int) fraction;
  }

  private void requireEqual(MantissaTable table) {
    ProductTable expected = ProductTable.tabulate(model, setting);
    ProductTable found = ProductTable.tabulate(table, setting);
    for (int a = 0; a < 1 << expected.bitsA(); a++) {
      for (int w = 0; w < 1 << expected.bitsW(); w++) {
        if (expected.of(a, w) != found.of(a, w)) {
          throw misfit(
              "the product of %s and %s is %s, but %s by a table of fractions"
                  .formatted(
                      setting.a().value(a),
                      setting.w().value(w),
                      expected.of(a, w),
                      found.of(a, w)));
        }
      }
    }
  }

  private Fp8simException misfit(String why) {
    return Fp8simException.usage(
        "multiplier " + model.name() + ": " + why + ", so this dialect cannot hold it");
  }
}
