package fp8sim.multiplier;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Product tables, each tabulated once per model and setting. Safe for several threads. */
public final class ProductTables {
  private record Key(Multiplier model, ProductSetting setting, int zeroA, int zeroW) {}

  private final Map<Key, ProductTable> tables = new ConcurrentHashMap<>();

  private final Map<Key, BoundProduct> wide = new ConcurrentHashMap<>();

  /** The table of a model on a setting, see {@link ProductTable#tabulate}. */
  public ProductTable table(Multiplier model, ProductSetting setting) {
    return table(model, setting, 0, 0);
  }

  private ProductTable table(Multiplier model, ProductSetting setting, int zeroA, int zeroW) {
    return tables.computeIfAbsent(
        new Key(model, setting, zeroA, zeroW),
        key -> {
          ProductTable plain = ProductTable.tabulate(model, setting);
          return zeroA == 0 && zeroW == 0
              ? plain
              : ProductTable.of(
                  new OffsetProduct(plain, setting, zeroA, zeroW), plain.bitsA(), plain.bitsW());
        });
  }

  /**
   * The products of a model: a table where operands are narrow enough, else bound once, and each
   * product computed when it is asked for.
   *
   * @param zeroA zero point of integers, else 0; products are of {@code q - zero}
   * @param zeroW likewise of the second operand
   */
  public BoundProduct product(Multiplier model, ProductSetting setting, int zeroA, int zeroW) {
    if (ProductTable.fits(setting)) {
      return table(model, setting, zeroA, zeroW);
    }
    if (zeroA == 0 && zeroW == 0) {
      return wide.computeIfAbsent(new Key(model, setting, 0, 0), key -> model.bind(setting));
    }
    return new OffsetProduct(product(model, setting, 0, 0), setting, zeroA, zeroW);
  }
}
