package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.significand.LaneFactors.Lanes;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.numerics.FloatMath;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@link LaneFactors} with the tables in the memory that tiles read. */
final class SignificandFactorization extends Factorization {
  private final LaneFactors factors;
  private final boolean pair;
  private final int tableBytes;
  private final MemorySegment memory;

  SignificandFactorization(ProductTask task, IntegerTables tables, LaneFactors factors) {
    super(task, tables);
    this.factors = factors;
    pair = isPair(factors);
    tableBytes = TileKind.of(pair, false).bytes();
    float[][] entries = factors.entries();
    memory = NativeMemory.allocate(Arena.ofAuto(), (long) entries.length * tableBytes);
    for (int t = 0; t < entries.length; t++) {
      for (int c = 0; c < entries[t].length; c++) {
        long at = (long) t * tableBytes + (long) c * Float.BYTES;
        Memory.set(memory.address() + at, entries[t][c]);
      }
    }
  }

  /** Whether a table is two vectors. */
  static boolean isPair(LaneFactors factors) {
    return factors.classes() > Memory.LANES;
  }

  /** Whether 16 bits select each of the tables. */
  static boolean fits(LaneFactors factors) {
    long bytes = (long) factors.entries().length * TileKind.of(isPair(factors), false).bytes();
    return bytes >> TileKind.SHIFT <= Character.MAX_VALUE;
  }

  @Override
  boolean areWeightsInLanes() {
    return factors.lanes() == Lanes.SECOND;
  }

  @Override
  int[] firstEntries() {
    return areWeightsInLanes() ? selections(0) : factors.items()[0];
  }

  @Override
  int[] secondEntries(int table) {
    return areWeightsInLanes() ? factors.items()[table] : selections(table);
  }

  private int[] selections(int table) {
    int[] numbers = factors.selections()[table];
    int[] entries = new int[numbers.length];
    for (int code = 0; code < entries.length; code++) {
      entries[code] = numbers[code] * tableBytes >> TileKind.SHIFT;
    }
    return entries;
  }

  @Override
  GemmTile matrixTile(SumScaling.Form form, FloatMath floatMath) {
    TileKind kind = TileKind.of(pair, form != SumScaling.Form.FLOATS);
    SelectingMatrixTile tile = SelectingMatrixTile.of(kind, memory.address());
    return form == SumScaling.Form.DOUBLES ? new WideGemmTile(tile) : tile;
  }

  @Override
  IndirectTile patchTile(SumScaling.Form form, FloatMath floatMath) {
    TileKind kind = TileKind.of(pair, form != SumScaling.Form.FLOATS);
    SelectingPatchTile tile = SelectingPatchTile.of(kind, memory.address());
    return form == SumScaling.Form.DOUBLES ? new WideIndirectTile(tile) : tile;
  }
}
