package fp8sim.kernel.simd.register;

import fp8sim.multiplier.ProductTable;
import fp8sim.plan.DistinctTables;
import java.util.ArrayList;
import java.util.List;

/**
 * The products of a step as integers, each table in units of its own: tables that are equal up to a
 * power of two are one.
 */
final class ProductIntegers {
  /** Digits of more tables than this would not stay in any near cache. */
  static final int MOST_TABLES = 32;

  /** All digits fit an int, where the last one goes beyond the product's bits. */
  private static final int MOST_BITS = 29;

  /** Different tables of integers. */
  private final List<ProductTable> tables = new ArrayList<>();

  /** The number of each channel's table among {@link #tables}, or of all channels'. */
  private final int[] tableOf;

  /** What the integers of each channel, or of all, are multiples of. */
  private final double[] units;

  private final boolean lanesFirst;
  private final int bits;

  private ProductIntegers(DistinctTables all, boolean lanesFirst) {
    this.lanesFirst = lanesFirst;
    int[] merged = new int[all.distinct().size()];
    for (int i = 0; i < merged.length; i++) {
      merged[i] = number(all.distinct().get(i));
    }
    tableOf = new int[all.tableOf().length];
    units = new double[tableOf.length];
    for (int c = 0; c < tableOf.length; c++) {
      int table = all.tableOf()[c];
      tableOf[c] = merged[table];
      units[c] = Math.scalb(1.0, all.distinct().get(table).units().exponent());
    }
    bits = findBits();
  }

  /**
   * The integers of a step's tables.
   *
   * @param lanesFirst whether the first operand lies in lanes, else the second one
   */
  static ProductIntegers of(DistinctTables tables, boolean lanesFirst) {
    return new ProductIntegers(tables, lanesFirst);
  }

  /** Why tables do not fit; empty if they do. */
  static String misfit(DistinctTables tables) {
    ProductTable first = tables.distinct().getFirst();
    for (ProductTable table : tables.distinct()) {
      if (table.bitsA() > Byte.SIZE || table.bitsW() > Byte.SIZE) {
        return "codes of more than 8 bits";
      }
      if (table.bitsA() != first.bitsA() || table.bitsW() != first.bitsW()) {
        return "codes of different widths";
      }
      if (table.units().bits() > MOST_BITS) {
        return "products of %d bits".formatted(table.units().bits());
      }
    }
    return "";
  }

  private int number(ProductTable table) {
    for (int i = 0; i < tables.size(); i++) {
      if (isSame(tables.get(i), table)) {
        return i;
      }
    }
    tables.add(table);
    return tables.size() - 1;
  }

  private static boolean isSame(ProductTable one, ProductTable other) {
    int shift = one.units().exponent() - other.units().exponent();
    int count = 1 << one.bitsW();
    for (int i = 0; i < count << one.bitsA(); i++) {
      int a = i / count;
      int w = i % count;
      if (one.of(a, w) != Math.scalb(other.of(a, w), shift)) {
        return false;
      }
    }
    return true;
  }

  /** How many different tables there are. */
  int tables() {
    return tables.size();
  }

  /** The number of an output channel's table. */
  int table(int channel) {
    return tableOf[tableOf.length == 1 ? 0 : channel];
  }

  /** What the integers of an output channel are multiples of. */
  double unit(int channel) {
    return units[units.length == 1 ? 0 : channel];
  }

  /** Codes of the operand in lanes. */
  int laneCodes() {
    ProductTable first = tables.getFirst();
    return 1 << (lanesFirst ? first.bitsA() : first.bitsW());
  }

  /** Codes of the operand that selects tables. */
  int tableCodes() {
    ProductTable first = tables.getFirst();
    return 1 << (lanesFirst ? first.bitsW() : first.bitsA());
  }

  int product(int table, int laneCode, int tableCode) {
    ProductTable of = tables.get(table);
    double value = lanesFirst ? of.of(laneCode, tableCode) : of.of(tableCode, laneCode);
    return (int) Math.scalb(value, -of.units().exponent());
  }

  int columnLength() {
    return tables() * tableCodes();
  }

  /** All products of a code in lanes. */
  int[] column(int laneCode) {
    int[] column = new int[columnLength()];
    for (int i = 0; i < column.length; i++) {
      column[i] = product(i / tableCodes(), laneCode, i % tableCodes());
    }
    return column;
  }

  /** Bits of all products as signed numbers. */
  int bits() {
    return bits;
  }

  private int findBits() {
    int most = 0;
    for (int i = 0; i < columnLength(); i++) {
      for (int lane = 0; lane < laneCodes(); lane++) {
        int product = product(i / tableCodes(), lane, i % tableCodes());
        most |= product < 0 ? ~product : product;
      }
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(most) + 1;
  }
}
