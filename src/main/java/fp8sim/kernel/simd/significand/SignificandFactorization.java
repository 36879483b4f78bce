package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.significand.LaneFactors.Lanes;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.numerics.FloatMath;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** {@link LaneFactors} with the tables in the memory that tiles read. */
final class SignificandFactorization extends Factorization {
  private final LaneFactors factors;

  private final TileKind kind;
  private final MemorySegment memory;

  SignificandFactorization(
      ProductTask task, IntegerTables tables, LaneFactors factors, SumForm form) {
    super(task, tables, form);
    this.factors = factors;
    kind = TileKind.of(factors.classes(), form.kind());
    float[][] entries = factors.entries();
    memory = NativeMemory.allocate(Arena.ofAuto(), (long) entries.length * kind.bytes());
    for (int t = 0; t < entries.length; t++) {
      long table = memory.address() + (long) t * kind.bytes();
      for (int c = 0; c < entries[t].length; c++) {
        set(table, c, entries[t][c]);
      }
    }
  }

  /** Sets the entry of a class. */
  private void set(long table, int number, float entry) {
    long at = table + (long) number * Float.BYTES;
    switch (form().kind()) {
      case FLOATS, FLOAT_RANGES -> Memory.set(at, entry);
      case INTEGERS, INTEGER_RANGES -> {
        LookupVectors.setInt(at, 2 * (int) entry);
        if (!kind.isSigned()) {
          LookupVectors.setInt(at + Memory.VECTOR, -2 * (int) entry);
        }
      }
      case DOUBLES ->
          LookupVectors.setLong(
              table + (long) number * Double.BYTES, Double.doubleToRawLongBits(entry));
    }
  }

  /** Whether 16 bits select each of the tables. */
  static boolean fits(LaneFactors factors) {
    long bytes = (long) factors.entries().length * TileKind.PAIR.bytes();
    return bytes >> TileKind.SHIFT <= Character.MAX_VALUE;
  }

  @Override
  int[] firstEntries() {
    return factors.lanes() == Lanes.SECOND ? selections(0) : items(0);
  }

  @Override
  int[] secondEntries(int table) {
    return factors.lanes() == Lanes.SECOND ? items(table) : selections(table);
  }

  private int[] selections(int table) {
    return Arrays.stream(factors.selections()[table])
        .map(number -> (number * kind.bytes()) >> TileKind.SHIFT)
        .toArray();
  }

  private int[] items(int table) {
    int[] items = factors.items()[table];
    return switch (form().kind()) {
      case FLOATS, FLOAT_RANGES -> items.clone();
      case INTEGERS, INTEGER_RANGES -> Arrays.stream(items).map(this::integerItem).toArray();
      case DOUBLES -> Arrays.stream(items).map(SignificandFactorization::doubleItem).toArray();
    };
  }

  /** An item for integers instead of float32. */
  private int integerItem(int item) {
    if (item == 0) {
      return 0;
    }
    boolean negative = item < 0;
    int number = item & LaneFactors.MOST_CLASSES - 1;
    int shift = (Math.getExponent(Float.intBitsToFloat(item)) + 1) << TileKind.SHIFT_AT;
    if (kind.isSigned()) {
      return number | shift | (negative ? Integer.MIN_VALUE : 0);
    }
    return (negative ? number + Memory.LANES : number) | shift;
  }

  /** An item whose power is the upper half of a double's bits. */
  private static int doubleItem(int item) {
    int number = item & LaneFactors.MOST_CLASSES - 1;
    double power = Float.intBitsToFloat(item - number);
    return (int) (Double.doubleToRawLongBits(power) >> Integer.SIZE) | number;
  }

  @Override
  GemmTile matrixTile(FloatMath floatMath) {
    SumForm form = form();
    SelectingMatrixTile tile = SelectingMatrixTile.of(kind, form, memory.address());
    return form.isWide() ? new WideGemmTile(tile, form) : tile;
  }

  @Override
  IndirectTile patchTile(FloatMath floatMath) {
    SumForm form = form();
    SelectingPatchTile tile = SelectingPatchTile.of(kind, form, memory.address());
    return form.isWide() ? new WideIndirectTile(tile, form) : tile;
  }
}
