package fp8sim.kernel.tornado;

import fp8sim.multiplier.Accumulator;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The products of a step: its distinct tables in one mode, and values of its first operand. */
final class StepProducts {
  private static final int SUM_BITS = 63;

  private final ProductArithmetic arithmetic;
  private final List<ProductCoding> codings = new ArrayList<>();
  private final int[] tableOf;
  private final float unit;

  private StepProducts(ProductArithmetic arithmetic) {
    this.arithmetic = arithmetic;
    tableOf = new int[arithmetic.channels().size()];
    List<ProductTable> tables = distinct(arithmetic, tableOf);
    ProductUnits units = units(tables);
    unit = Math.scalb(1f, units.exponent());
    Grid a = arithmetic.a().grid();
    for (ProductTable table : tables) {
      Grid w = arithmetic.channel(channelOf(codings.size())).w().grid();
      codings.add(ProductCoding.of(table, a, w, units.exponent()));
    }
    if (codings.stream().mapToInt(ProductCoding::mode).distinct().count() > 1) {
      for (int t = 0; t < tables.size(); t++) {
        codings.set(t, ProductCoding.general(tables.get(t), units.exponent()));
      }
    }
  }

  private int channelOf(int table) {
    int channel = 0;
    while (tableOf[channel] != table) {
      channel++;
    }
    return channel;
  }

  private static List<ProductTable> distinct(ProductArithmetic arithmetic, int[] tableOf) {
    Map<ProductTable, Integer> distinct = new LinkedHashMap<>();
    for (int c = 0; c < arithmetic.channels().size(); c++) {
      ProductTable table = (ProductTable) arithmetic.product(c);
      tableOf[c] = distinct.computeIfAbsent(table, t -> distinct.size());
    }
    return new ArrayList<>(distinct.keySet());
  }

  private static ProductUnits units(List<ProductTable> tables) {
    ProductUnits units = tables.getFirst().units();
    for (ProductTable table : tables) {
      units = units.union(table.units());
    }
    return units;
  }

  static StepProducts of(ProductArithmetic arithmetic) {
    return new StepProducts(arithmetic);
  }

  /** Why devices cannot compute these products, in a few words; empty if they can. */
  static String problem(ProductArithmetic arithmetic, int terms) {
    if (!arithmetic.accumulator().equals(Accumulator.EXACT)) {
      return "accumulator " + arithmetic.accumulator().name();
    }
    if (!ProductTable.fits(arithmetic.setting(0))) {
      return "formats too wide for a product table";
    }
    ProductUnits units = units(distinct(arithmetic, new int[arithmetic.channels().size()]));
    if (units.sumBits(terms) > SUM_BITS) {
      return "sums of %d bits".formatted(units.sumBits(terms) + 1);
    }
    // A rounded sum times the unit is exact where results are normal numbers.
    return units.exponent() < Float.MIN_EXPONENT ? "products below 2^-126" : "";
  }

  int mode() {
    return codings.getFirst().mode();
  }

  ProductCoding coding(int table) {
    return codings.get(table);
  }

  int tables() {
    return codings.size();
  }

  /** The number of a channel's table. */
  int tableOf(int channel) {
    return tableOf[tableOf.length == 1 ? 0 : channel];
  }

  float unit() {
    return unit;
  }

  /** The prepared code of a weight. */
  int weight(int channel, float value) {
    int code = arithmetic.channel(channel).w().code(value);
    return coding(tableOf(channel)).second()[code];
  }

  /**
   * The values of an operand in ascending order with their codes. Both zeros are one value, of code
   * 0.
   */
  static TreeMap<Float, Integer> values(ProductOperand operand) {
    TreeMap<Float, Integer> values = new TreeMap<>();
    Grid grid = operand.grid();
    for (int code = 0; code < 1 << grid.codeBits(); code++) {
      if (grid.isFinite(code)) {
        float onGrid = (float) grid.value(code);
        float value =
            grid instanceof FloatGrid
                ? onGrid * operand.scale()
                : operand.scale() * (onGrid - operand.zeroPoint());
        values.putIfAbsent(value + 0f, code);
      }
    }
    return values;
  }
}
