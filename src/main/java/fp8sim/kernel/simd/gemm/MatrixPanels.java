package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.TileShape;

/** Panels of a computed matrix, packed as they are needed. */
@InPhase(Phase.PACKING)
public final class MatrixPanels implements Panels {
  private final int terms;
  private final int totalColumns;
  private final boolean transposed;
  private final long limit;

  private long matrix;
  private int column;
  private int columns;
  private long packed;
  private long stride;

  /**
   * Panels of matrices {@code [terms, columns]}, stored as {@code [columns, terms]} if {@code
   * transposed}.
   *
   * @param limit where their memory ends
   */
  public MatrixPanels(int terms, int totalColumns, boolean transposed, long limit) {
    this.terms = terms;
    this.totalColumns = totalColumns;
    this.transposed = transposed;
    this.limit = limit;
  }

  /** Chooses a matrix by its address, and its columns to pack. */
  public void select(long address, int firstColumn, int count, Scratch scratch) {
    int panels = Math.ceilDiv(count, TileShape.COLUMNS);
    matrix = address;
    column = firstColumn;
    columns = count;
    stride = Panels.stride(panels);
    packed = scratch.panel(Panels.bytes(panels, terms));
  }

  @Override
  public void prepare(int k0, int count) {
    if (transposed) {
      long from = matrix + ((long) column * terms + k0) * Float.BYTES;
      ShortRows.transpose(from, (long) terms * Float.BYTES, packed, stride, columns, count);
      return;
    }
    for (int k = 0; k < count; k++) {
      long from = matrix + ((long) (k0 + k) * totalColumns + column) * Float.BYTES;
      ShortRows.copy(from, packed + k * stride, columns, limit);
    }
  }

  @Override
  public long address(int panel) {
    return packed + (long) panel * TileShape.ROW;
  }

  @Override
  public long stride() {
    return stride;
  }
}
