package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.TileShape;

/**
 * The right operand of a block of a product: panels of {@link TileShape#COLUMNS} columns, for a
 * range of k at a time.
 */
public interface Panels {
  /** Makes terms {@code k0} to {@code k0 + count - 1} available. */
  void prepare(int k0, int count);

  /** Where the prepared terms of a panel of the block start. */
  long address(int panel);

  /** Bytes from one k to the next. */
  long stride();

  /**
   * Bytes from one k to the next for a number of panels: room for a vector beyond them, and an odd
   * number of tile rows, so that they spread over all sets of the first-level cache.
   */
  static long stride(int panels) {
    return (long) ((panels + 1) | 1) * TileShape.ROW;
  }

  /** Bytes to pack so many panels. */
  static long bytes(int panels, int terms) {
    return stride(panels) * BlockProduct.longestRange(terms) + Memory.VECTOR;
  }
}
