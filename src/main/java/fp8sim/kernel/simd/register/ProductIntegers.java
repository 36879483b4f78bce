package fp8sim.kernel.simd.register;

import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.ProductTable;
import fp8sim.plan.DistinctTables;

/** The products of a step as integers, by the roles that operands have in registers. */
final class ProductIntegers {
  /** Digits of more tables than this would not stay in any near cache. */
  static final int MOST_TABLES = 32;

  /** All digits fit an int, where the last one goes beyond the product's bits. */
  private static final int MOST_BITS = 29;

  private final DistinctTables distinct;
  private final IntegerTables integers;
  private final boolean lanesFirst;
  private final int bits;

  /**
   * The integers of a step's tables.
   *
   * @param lanesFirst whether the first operand lies in lanes, else the second one
   */
  ProductIntegers(ProductTask task, boolean lanesFirst) {
    this.lanesFirst = lanesFirst;
    distinct = task.tables();
    integers = IntegerTables.of(task);
    bits = findBits();
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

  /** How many different tables there are. */
  int tables() {
    return integers.count();
  }

  /** The number of an output channel's table. */
  int table(int channel) {
    return integers.number(distinct.number(channel));
  }

  /** What the integers of an output channel are multiples of. */
  double unit(int channel) {
    return Math.scalb(1.0, integers.exponent(distinct.number(channel)));
  }

  /** Codes of the operand in lanes. */
  int laneCodes() {
    return lanesFirst ? integers.codesA() : integers.codesW();
  }

  /** Codes of the operand that selects tables. */
  int tableCodes() {
    return lanesFirst ? integers.codesW() : integers.codesA();
  }

  int product(int table, int laneCode, int tableCode) {
    return (int)
        (lanesFirst
            ? integers.of(table, laneCode, tableCode)
            : integers.of(table, tableCode, laneCode));
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
