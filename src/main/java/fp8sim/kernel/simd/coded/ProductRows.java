package fp8sim.kernel.simd.coded;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The products of a step as integers of the narrowest type: for each distinct table and code in a
 * lane a row with the products of all codes that select.
 */
@InPhase(Phase.TABLES)
final class ProductRows {
  /** What rows are made of. Sums of each are exact. */
  enum Kind {
    SHORT(Short.BYTES, 15),
    INT(Integer.BYTES, 31),
    /** Integers of up to 53 bits that float32 represents, added as doubles. */
    WIDE(Float.BYTES, 53);

    private final int bytes;
    private final int bits;
    private final int[] laneOf;

    Kind(int bytes, int bits) {
      this.bytes = bytes;
      this.bits = bits;
      laneOf = new int[TableVectors.BYTES / bytes];
      int half = laneOf.length / 2;
      boolean isApart = bytes == Short.BYTES;
      Arrays.setAll(laneOf, i -> isApart ? 2 * (i % half) + i / half : i);
    }

    /** Bytes of a product. */
    int bytes() {
      return bytes;
    }

    /** Products in one vector. */
    int lanes() {
      return laneOf.length;
    }

    /**
     * The lane of an output: sums of 16 bits are widened by taking even and odd lanes apart, and
     * then lie in the order of outputs.
     */
    int lane(int output) {
      return laneOf[output];
    }
  }

  /** Most codes that select, so that 16 bits hold where a code's vector starts. */
  static final int MOST_CODES = 1024;

  /** Rows are filled up to so many entries, and as many zeros lie before each. */
  private static final int ROW_MULTIPLE = 16;

  /** More terms than any block of a sum needs. */
  private static final int MOST_BLOCK_BITS = 20;

  private final Kind kind;
  private final int codes;
  private final long rowBytes;
  private final int laneCodes;
  private final DistinctTables tables;
  private final boolean swapped;
  private final boolean negatable;
  private final double unit;
  private final int block;
  private final MemorySegment rows;
  private final long firstRow;
  private final @Nullable TableProgression progression;

  private ProductRows(Kind kind, SelectedProducts products, boolean swapped) {
    this.kind = kind;
    this.swapped = swapped;
    tables = products.tables();
    block = 1 << Math.min(kind.bits - tables.units().bits(), MOST_BLOCK_BITS);
    unit = Math.scalb(1.0, tables.units().exponent());
    codes = products.codes();
    laneCodes = products.laneCodes();
    int entries = (Math.ceilDiv(codes, ROW_MULTIPLE) + 1) * ROW_MULTIPLE;
    rowBytes = (long) entries * kind.bytes;
    negatable =
        codes >= 2 * ROW_MULTIPLE
            && tables.distinct().stream().allMatch(ProductTable::isSignSymmetric);
    rows =
        NativeMemory.allocate(Arena.ofAuto(), (products.count() * (long) laneCodes + 1) * rowBytes);
    firstRow = rows.address() + rowBytes + (long) ROW_MULTIPLE * kind.bytes;
    for (int t = 0; t < products.count(); t++) {
      fill(products, t);
    }
    progression = TableProgression.of(products, kind);
  }

  private void fill(SelectedProducts products, int table) {
    for (int lane = 0; lane < laneCodes; lane++) {
      for (int code = 0; code < codes; code++) {
        double value = products.value(table, code, lane);
        long to = row(table) + lane * rowBytes + (long) code * kind.bytes;
        switch (kind) {
          case SHORT -> LookupVectors.setShort(to, (int) value);
          case INT -> LookupVectors.setInt(to, (int) value);
          case WIDE -> Memory.set(to, (float) value);
        }
      }
    }
  }

  /**
   * The lookup of a step that has one; see {@link #misfit}.
   *
   * @param swapped whether the second operand's codes select, rather than the first one's
   */
  static ProductRows of(ProductArithmetic arithmetic, int terms, boolean swapped) {
    DistinctTables tables = DistinctTables.of(arithmetic);
    Kind kind = kind(tables.units(), terms);
    return new ProductRows(kind, new SelectedProducts(arithmetic, tables, swapped), swapped);
  }

  /** Why there is no lookup for a task; empty if there is one. */
  static String misfit(ProductTask task) {
    if (!task.arithmetic().accumulator().equals(Accumulator.EXACT)) {
      return "sums are not exact";
    }
    return task.hasTables()
        ? misfit(task.tables(), (int) task.terms())
        : "codes too wide for tables";
  }

  private static String misfit(DistinctTables tables, int terms) {
    List<ProductTable> distinct = tables.distinct();
    ProductTable first = distinct.getFirst();
    if (1 << Math.max(first.bitsA(), first.bitsW()) > MOST_CODES
        || distinct.stream().anyMatch(table -> table.bitsW() != first.bitsW())) {
      return "codes of more than 10 bits";
    }
    int bits = tables.units().sumBits(terms);
    if (bits > Kind.WIDE.bits) {
      return "sums of %d bits".formatted(bits);
    }
    boolean wide = kind(tables.units(), terms) == Kind.WIDE;
    return wide && !distinct.stream().allMatch(ProductTable::isFloatExact)
        ? "products that are not float32 numbers"
        : "";
  }

  /** The narrowest type whose sums hold the terms of one pass, and the next type all of them. */
  static Kind kind(ProductUnits units, int terms) {
    if (units.sumBits(ActivationCodes.TERMS) <= Kind.SHORT.bits
        && units.sumBits(terms) <= Kind.INT.bits) {
      return Kind.SHORT;
    }
    return units.sumBits(ActivationCodes.TERMS) <= Kind.INT.bits ? Kind.INT : Kind.WIDE;
  }

  Kind kind() {
    return kind;
  }

  /** Codes that select. */
  int codes() {
    return codes;
  }

  /** Codes that tables are built for together, {@link UsedBlocks#MOST} times at most. */
  int blockCodes() {
    return Math.max(ROW_MULTIPLE, codes / UsedBlocks.MOST);
  }

  /** Whether the top bit of codes that select negates all products. */
  boolean negatable() {
    return negatable;
  }

  /** How many products fit a sum of the same type. */
  int block() {
    return block;
  }

  /** What integers are multiples of. */
  double unit() {
    return unit;
  }

  /** The law by which tables are laid out, if there is one. */
  @Nullable TableProgression progression() {
    return progression;
  }

  /** The table of an output channel. */
  int table(int channel) {
    return swapped ? 0 : tables.number(channel);
  }

  /**
   * Where the row of code 0 in a lane starts. Before that of the first table there is one of zeros,
   * for padding.
   */
  long row(int table) {
    return firstRow + table * ((long) laneCodes) * rowBytes;
  }

  /** Where the row of code 0 of the second operand starts, for an output channel. */
  long rows(int channel) {
    return row(table(channel));
  }

  /** From one row to the next. */
  long rowBytes() {
    return rowBytes;
  }
}
