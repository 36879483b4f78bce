package fp8sim.plan;

import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The product tables of a step, each once however many output channels share it, in the order of
 * the channels that have them first.
 *
 * @param tableOf the number of each channel's table, or of all channels'
 * @param units of all products
 */
public record DistinctTables(List<ProductTable> distinct, int[] tableOf, ProductUnits units) {
  /** The tables of an arithmetic whose settings {@linkplain ProductTable#fits fit} tables. */
  public static DistinctTables of(ProductArithmetic arithmetic) {
    Map<ProductTable, Integer> numbers = new LinkedHashMap<>();
    int[] tableOf = new int[arithmetic.channels().size()];
    for (int c = 0; c < tableOf.length; c++) {
      ProductTable table = (ProductTable) arithmetic.product(c);
      tableOf[c] = numbers.computeIfAbsent(table, t -> numbers.size());
    }
    List<ProductTable> distinct = new ArrayList<>(numbers.keySet());
    ProductUnits units = distinct.getFirst().units();
    for (ProductTable table : distinct) {
      units = units.union(table.units());
    }
    return new DistinctTables(distinct, tableOf, units);
  }

  /** The number of an output channel's table. */
  public int number(int channel) {
    return tableOf[tableOf.length == 1 ? 0 : channel];
  }

  /** The first output channel that has a table. */
  public int firstChannel(int table) {
    int channel = 0;
    while (tableOf[channel] != table) {
      channel++;
    }
    return channel;
  }
}
