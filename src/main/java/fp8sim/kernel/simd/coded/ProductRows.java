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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The products of a step as integers of the narrowest type: for each distinct table and code of the
 * second operand a row with the products of all codes of the first one.
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

    Kind(int bytes, int bits) {
      this.bytes = bytes;
      this.bits = bits;
    }

    /** Bytes of a product. */
    int bytes() {
      return bytes;
    }

    /** Products in one vector. */
    int lanes() {
      return LookupVectors.BYTES / bytes;
    }
  }

  /** Most codes of the first operand, so that 16 bits hold where a code's vector starts. */
  static final int MOST_CODES = 1024;

  /** Rows are filled up to so many entries, and as many zeros lie before each. */
  private static final int ROW_MULTIPLE = 16;

  private final Kind kind;
  private final int codes;
  private final long rowBytes;
  private final int secondCodes;
  private final DistinctTables tables;
  private final long zeroRow;
  private final boolean negatable;
  private final double unit;
  private final int block;
  private final MemorySegment rows;
  private final long firstRow;

  private ProductRows(Kind kind, DistinctTables tables, int block) {
    this.kind = kind;
    this.tables = tables;
    this.block = block;
    List<ProductTable> distinct = tables.distinct();
    int exponent = tables.units().exponent();
    unit = Math.scalb(1.0, exponent);
    codes = 1 << distinct.getFirst().bitsA();
    secondCodes = 1 << distinct.getFirst().bitsW();
    int entries = (Math.ceilDiv(codes, ROW_MULTIPLE) + 1) * ROW_MULTIPLE;
    rowBytes = (long) entries * kind.bytes;
    negatable =
        codes >= 2 * ROW_MULTIPLE && distinct.stream().allMatch(ProductTable::isSignSymmetric);
    long size = (distinct.size() * (long) secondCodes + 1) * rowBytes;
    rows = NativeMemory.allocate(Arena.ofAuto(), size);
    firstRow = rows.address() + (long) ROW_MULTIPLE * kind.bytes;
    zeroRow = firstRow + size - rowBytes;
    for (int t = 0; t < distinct.size(); t++) {
      fill(distinct.get(t), (long) t * secondCodes * rowBytes, exponent);
    }
  }

  private void fill(ProductTable table, long at, int exponent) {
    for (int w = 0; w < secondCodes; w++) {
      for (int a = 0; a < codes; a++) {
        double value = Math.scalb(table.of(a, w), -exponent);
        long to = firstRow + at + w * rowBytes + (long) a * kind.bytes;
        switch (kind) {
          case SHORT -> LookupVectors.setShort(to, (int) value);
          case INT -> LookupVectors.setInt(to, (int) value);
          case WIDE -> Memory.set(to, (float) value);
        }
      }
    }
  }

  /** The lookup of a step, or null if its operands, sums or accumulator do not fit one. */
  static @Nullable ProductRows of(ProductArithmetic arithmetic, int terms) {
    if (!arithmetic.accumulator().equals(Accumulator.EXACT)
        || !ProductTable.fits(arithmetic.setting(0))) {
      return null;
    }
    DistinctTables tables = DistinctTables.of(arithmetic);
    if (!misfit(tables, terms).isEmpty()) {
      return null;
    }
    ProductUnits units = tables.units();
    Kind kind = kind(units, terms);
    return new ProductRows(kind, tables, 1 << Math.min(kind.bits - units.bits(), 20));
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
    if (1 << first.bitsA() > MOST_CODES
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
  private static Kind kind(ProductUnits units, int terms) {
    if (units.sumBits(ActivationCodes.TERMS) <= Kind.SHORT.bits
        && units.sumBits(terms) <= Kind.INT.bits) {
      return Kind.SHORT;
    }
    return units.sumBits(ActivationCodes.TERMS) <= Kind.INT.bits ? Kind.INT : Kind.WIDE;
  }

  Kind kind() {
    return kind;
  }

  /** Codes of the first operand. */
  int codes() {
    return codes;
  }

  /** Codes that tables are built for together, {@link UsedBlocks#MOST} times at most. */
  int blockCodes() {
    return Math.max(ROW_MULTIPLE, codes / UsedBlocks.MOST);
  }

  /** Whether the top bit of the first operand's code negates all products. */
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

  /** Where the row of code 0 of the second operand starts, for an output channel. */
  long rows(int channel) {
    return firstRow + tables.number(channel) * ((long) secondCodes) * rowBytes;
  }

  /** From one row to the next. */
  long rowBytes() {
    return rowBytes;
  }

  /** Where a row of zeros starts. */
  long zeroRow() {
    return zeroRow;
  }
}
