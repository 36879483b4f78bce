package fp8sim.kernel.simd;

import fp8sim.multiplier.Accumulator;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.ProductArithmetic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The products of a step as integers of the narrowest type: for each distinct table and code of the
 * second operand a row with the products of all codes of the first one. Entry 0 of a row is zero
 * (padding); that of code c is {@code c + 1}.
 */
final class ProductLookup {
  /** What rows are made of. Sums of each are exact: in a block, then in the next wider type. */
  enum Kind {
    SHORT(15),
    INT(31),
    /** Integers of up to 53 bits. */
    DOUBLE(53);

    private final int bits;

    Kind(int bits) {
      this.bits = bits;
    }
  }

  private final Kind kind;
  private final int rowLength;
  private final int secondCodes;
  private final int zeroRow;
  private final int[] tableOf;
  private final double unit;
  private final int block;
  private final short[] shorts;
  private final int[] ints;
  private final double[] doubles;

  private ProductLookup(
      Kind kind, ProductUnits units, List<ProductTable> tables, int[] tableOf, int block) {
    this.kind = kind;
    this.tableOf = tableOf;
    this.block = block;
    unit = Math.scalb(1.0, units.exponent());
    int firstCodes = 1 << tables.getFirst().bitsA();
    secondCodes = 1 << tables.getFirst().bitsW();
    rowLength = firstCodes + 1;
    zeroRow = tables.size() * secondCodes * rowLength;
    int size = zeroRow + rowLength;
    shorts = new short[kind == Kind.SHORT ? size : 0];
    ints = new int[kind == Kind.INT ? size : 0];
    doubles = new double[kind == Kind.DOUBLE ? size : 0];
    for (int t = 0; t < tables.size(); t++) {
      for (int w = 0; w < secondCodes; w++) {
        for (int a = 0; a < firstCodes; a++) {
          double value = Math.scalb(tables.get(t).of(a, w), -units.exponent());
          set((t * secondCodes + w) * rowLength + a + 1, value);
        }
      }
    }
  }

  private void set(int index, double value) {
    switch (kind) {
      case SHORT -> shorts[index] = (short) value;
      case INT -> ints[index] = (int) value;
      case DOUBLE -> doubles[index] = value;
    }
  }

  /** The lookup of a step, or null if its operands, sums or accumulator do not fit one. */
  static @Nullable ProductLookup of(ProductArithmetic arithmetic, int terms) {
    if (!arithmetic.accumulator().equals(Accumulator.EXACT)
        || !ProductTable.fits(arithmetic.setting(0))) {
      return null;
    }
    Map<ProductTable, Integer> distinct = new LinkedHashMap<>();
    int[] tableOf = new int[arithmetic.channels().size()];
    for (int c = 0; c < tableOf.length; c++) {
      ProductTable table = (ProductTable) arithmetic.product(c);
      tableOf[c] = distinct.computeIfAbsent(table, t -> distinct.size());
    }
    List<ProductTable> tables = new ArrayList<>(distinct.keySet());
    ProductUnits units = tables.getFirst().units();
    for (ProductTable table : tables) {
      if (table.bitsW() != tables.getFirst().bitsW()) {
        return null;
      }
      units = units.union(table.units());
    }
    if (units.sumBits(terms) > Kind.DOUBLE.bits) {
      return null;
    }
    // Sums of shorts are widened to int, those of int to double.
    Kind kind =
        units.bits() <= 13 && units.sumBits(terms) <= Kind.INT.bits
            ? Kind.SHORT
            : units.bits() <= 27 ? Kind.INT : Kind.DOUBLE;
    int block = kind == Kind.DOUBLE ? terms : 1 << Math.min(kind.bits - units.bits(), 20);
    return new ProductLookup(kind, units, tables, tableOf, block);
  }

  Kind kind() {
    return kind;
  }

  /** Entries of a row. */
  int rowLength() {
    return rowLength;
  }

  /** How many products fit a sum of the same type. */
  int block() {
    return block;
  }

  /** What integers are multiples of. */
  double unit() {
    return unit;
  }

  /** Where the row of a code of the second operand starts. */
  int row(int channel, int code) {
    return (tableOf[tableOf.length == 1 ? 0 : channel] * secondCodes + code) * rowLength;
  }

  /** Where a row of zeros starts. */
  int zeroRow() {
    return zeroRow;
  }

  short[] shorts() {
    return shorts;
  }

  int[] ints() {
    return ints;
  }

  double[] doubles() {
    return doubles;
  }
}
