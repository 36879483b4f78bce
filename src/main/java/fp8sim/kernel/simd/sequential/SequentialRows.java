package fp8sim.kernel.simd.sequential;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.plan.DistinctTables;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What is added for each pair of entries: for each distinct table and entry of one operand a row
 * with the addends for all entries of the other one. Padding adds -0, which changes no sum.
 */
@InPhase(Phase.TABLES)
final class SequentialRows {
  /** Rows are filled up to so many addends. */
  private static final int MULTIPLE = 16;

  private final MemorySegment memory;
  private final ProductUnits units;
  private final int rows;
  private final int columns;
  private final long rowBytes;

  /**
   * Rows of a step.
   *
   * @param byFirst whether a row belongs to an entry of the first operand, else of the second
   * @param digit which part of the products, see {@link SumPlan#addend}
   */
  SequentialRows(DistinctTables tables, SumPlan plan, boolean byFirst, int digit) {
    List<ProductTable> distinct = tables.distinct();
    units = tables.units();
    int entriesA = (1 << distinct.getFirst().bitsA()) + 1;
    int entriesW = (1 << distinct.getFirst().bitsW()) + 1;
    rows = byFirst ? entriesA : entriesW;
    columns = byFirst ? entriesW : entriesA;
    rowBytes = (long) Math.ceilDiv(columns, MULTIPLE) * MULTIPLE * Float.BYTES;
    memory = NativeMemory.allocate(Arena.ofAuto(), (long) distinct.size() * rows * rowBytes);
    for (int t = 0; t < distinct.size(); t++) {
      ProductTable table = distinct.get(t);
      int unit = units.exponent();
      long to = table(t);
      for (int row = 0; row < rows; row++, to += rowBytes) {
        for (int column = 0; column < columns; column++) {
          boolean padding = row == 0 || column == 0;
          int a = (byFirst ? row : column) - 1;
          int w = (byFirst ? column : row) - 1;
          float addend = padding ? -0f : plan.addend(table.of(a, w), digit, unit);
          Memory.set(to + (long) column * Float.BYTES, addend);
        }
      }
    }
  }

  /** Where the row of entry 0 of a table starts. */
  long table(int number) {
    return memory.address() + (long) number * rows * rowBytes;
  }

  /** Units of the products. */
  ProductUnits units() {
    return units;
  }

  /** From one row to the next. */
  long rowBytes() {
    return rowBytes;
  }

  /** Entries that a row has addends for. */
  int columns() {
    return columns;
  }

  /** A row of padding. */
  long padding() {
    return memory.address();
  }
}
