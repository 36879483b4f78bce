package fp8sim.kernel.tornado;

import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.ProductArithmetic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The distinct product tables of a step.
 *
 * @param tableOf the number of each channel's table, or of all channels'
 * @param units of all products
 */
record StepTables(List<ProductTable> distinct, int[] tableOf, ProductUnits units) {
  static StepTables of(ProductArithmetic arithmetic) {
    Map<ProductTable, Integer> distinct = new LinkedHashMap<>();
    int[] tableOf = new int[arithmetic.channels().size()];
    for (int c = 0; c < tableOf.length; c++) {
      ProductTable table = (ProductTable) arithmetic.product(c);
      tableOf[c] = distinct.computeIfAbsent(table, t -> distinct.size());
    }
    List<ProductTable> tables = new ArrayList<>(distinct.keySet());
    ProductUnits units = tables.getFirst().units();
    for (ProductTable table : tables) {
      units = units.union(table.units());
    }
    return new StepTables(tables, tableOf, units);
  }

  /** The number of a channel's table. */
  int of(int channel) {
    return tableOf[tableOf.length == 1 ? 0 : channel];
  }

  /** The first channel of a table. */
  int channelOf(int table) {
    int channel = 0;
    while (tableOf[channel] != table) {
      channel++;
    }
    return channel;
  }
}
