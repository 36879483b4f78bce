package fp8sim.multiplier;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Product tables, each tabulated once per model and setting. Safe for several threads. */
public final class ProductTables {
  private record Key(ProductModel model, ProductSetting setting) {}

  private final Map<Key, ProductTable> tables = new ConcurrentHashMap<>();

  /** The table of a model on a setting, see {@link ProductTable#tabulate}. */
  public ProductTable table(ProductModel model, ProductSetting setting) {
    return tables.computeIfAbsent(
        new Key(model, setting), key -> ProductTable.tabulate(key.model(), key.setting()));
  }
}
