package fp8sim.kernel.simd.coded;

import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.DistinctTables;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What tables cost, in nanoseconds: fitted to whole products of four shapes on an idle Sapphire
 * Rapids core with vectors of 512 bits; those of 256 bits cost about as much and hold half.
 *
 * @param lanes outputs in lanes, of each product
 * @param positions whose codes select, in each of them
 */
record TableCost(ProductMethod method, ProductTask task, long lanes, long positions) {
  /** Laying the table of a term out for one vector, by a law. */
  private static final double BY_LAW = 450;

  /** Likewise by transposition. */
  private static final double BY_TRANSPOSITION = 850;

  /** Adding a vector of products. */
  private static final double ADDITION = 0.75;

  /** Likewise for sums of double precision, in two parts. */
  private static final double WIDE_ADDITION = 2;

  /** A product that is looked up by itself. */
  private static final double SINGLE = 1.2;

  /** Whether tables follow a law, by the role of operands: layers share tables. */
  private static final List<Map<ProductTable, Boolean>> LAWS =
      List.of(
          Collections.synchronizedMap(new WeakHashMap<>()),
          Collections.synchronizedMap(new WeakHashMap<>()));

  static TableCost of(ProductTask task, ProductMethod method) {
    return method == ProductMethod.WEIGHT_TABLES
        ? new TableCost(method, task, task.positions(), task.channels())
        : new TableCost(method, task, task.channels(), task.positions());
  }

  Estimate estimate() {
    if (method == ProductMethod.SINGLE) {
      return Estimate.of(SINGLE * task.macs(), "%d positions".formatted(positions));
    }
    ProductUnits units = task.tables().units();
    ProductRows.Kind kind = ProductRows.kind(units, (int) task.terms());
    boolean wide = kind == ProductRows.Kind.WIDE;
    int width = kind.lanes();
    double tables = (double) task.products() * Math.ceilDiv(lanes, width) * task.terms();
    boolean byLaw = !wide && followsLaw();
    double layout = byLaw ? BY_LAW : BY_TRANSPOSITION;
    return Estimate.of(
        tables * (layout + positions * (wide ? WIDE_ADDITION : ADDITION)),
        "%d codes for each table of %d outputs%s"
            .formatted(positions, Math.min(lanes, width), byLaw ? ", laid out by a law" : ""));
  }

  /** Seen from the first table; others differ in a bias. */
  private boolean followsLaw() {
    ProductTable first = task.tables().distinct().getFirst();
    boolean swapped = method == ProductMethod.WEIGHT_TABLES;
    return LAWS.get(swapped ? 1 : 0).computeIfAbsent(first, table -> followsLaw(table, swapped));
  }

  private boolean followsLaw(ProductTable table, boolean swapped) {
    DistinctTables alone = new DistinctTables(List.of(table), new int[1], table.units());
    SelectedProducts products = new SelectedProducts(task.arithmetic(), alone, swapped);
    return table.fitsInt() && TableProgression.of(products, ProductRows.Kind.INT) != null;
  }
}
