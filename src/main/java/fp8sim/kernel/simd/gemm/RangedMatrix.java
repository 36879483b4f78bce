package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.PreparedConstants;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A left operand whose rows are cut into the ranges of k that {@link BlockProduct} takes at a time:
 * a range of all rows, then the next one. Rows far apart, as those of a large matrix are, cost a
 * quarter of the speed.
 */
@InPhase(Phase.PACKING)
public final class RangedMatrix {
  private record Form(int range) {}

  private RangedMatrix() {}

  /** A constant {@code [rows, terms]} in this form, or as it is if it has one range only. */
  public static MemorySegment of(Tensor matrix, int rows, int terms, PreparedConstants prepared) {
    int range = BlockProduct.longestRange(terms);
    return range >= terms
        ? matrix.data()
        : prepared.get(matrix, new Form(range), m -> pack(m.data(), rows, terms, range));
  }

  /** As {@link #of} in ranges of at most {@code most} terms, for a matrix that is not shared. */
  public static MemorySegment of(MemorySegment matrix, int rows, int terms, int most) {
    int range = BlockProduct.longestRange(terms, most);
    return range >= terms ? matrix : pack(matrix, rows, terms, range);
  }

  private static MemorySegment pack(MemorySegment matrix, int rows, int terms, int range) {
    MemorySegment packed = NativeMemory.allocate(Arena.ofAuto(), (long) rows * terms * Float.BYTES);
    long to = 0;
    for (int k0 = 0; k0 < terms; k0 += range) {
      long bytes = (long) Math.min(range, terms - k0) * Float.BYTES;
      for (int row = 0; row < rows; row++, to += bytes) {
        long from = ((long) row * terms + k0) * Float.BYTES;
        MemorySegment.copy(matrix, from, packed, to, bytes);
      }
    }
    return packed;
  }
}
