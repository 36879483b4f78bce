package fp8sim.kernel.simd.gemm;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A constant right operand in panels: for each {@link TileShape#COLUMNS} columns all rows one
 * behind the other, the last panel filled up with zeros.
 *
 * @param terms number of rows
 * @param columns number of columns
 */
@InPhase(Phase.PACKING)
public record PackedMatrix(MemorySegment data, int terms, int columns) {
  private record Form(boolean transposed, int panelColumns) {}

  /**
   * A matrix packed, or its packed form from another session.
   *
   * @param matrix {@code [terms, columns]}, or {@code [columns, terms]} if {@code transposed}
   */
  public static PackedMatrix of(Tensor matrix, boolean transposed, PreparedConstants prepared) {
    return prepared.get(matrix, new Form(transposed, TileShape.COLUMNS), m -> pack(m, transposed));
  }

  /** The weights {@code [filters, ...]} of a convolution as the matrix {@code [terms, filters]}. */
  public static PackedMatrix ofFilters(Tensor weights, PreparedConstants prepared) {
    int filters = weights.shape().dim(0);
    Shape matrix = Shape.of(filters, weights.shape().elements() / filters);
    return prepared.get(
        weights, new Form(true, TileShape.COLUMNS), w -> pack(w.reshape(matrix), true));
  }

  /** A matrix packed for one owner, as {@link #of}. */
  public static PackedMatrix pack(Tensor matrix, boolean transposed) {
    int terms = matrix.shape().dim(transposed ? 1 : 0);
    int columns = matrix.shape().dim(transposed ? 0 : 1);
    int panels = Math.ceilDiv(columns, TileShape.COLUMNS);
    MemorySegment packed =
        NativeMemory.allocate(Arena.ofAuto(), (long) panels * terms * TileShape.ROW);
    MemorySegment source = matrix.data();
    for (int panel = 0; panel < panels; panel++) {
      int first = panel * TileShape.COLUMNS;
      int count = Math.min(TileShape.COLUMNS, columns - first);
      for (int k = 0; k < terms; k++) {
        long to = ((long) panel * terms + k) * TileShape.ROW;
        if (transposed) {
          for (int j = 0; j < count; j++) {
            float value = source.getAtIndex(Tensor.FLOAT, (long) (first + j) * terms + k);
            packed.set(Tensor.FLOAT, to + (long) j * Float.BYTES, value);
          }
        } else {
          long from = ((long) k * columns + first) * Float.BYTES;
          MemorySegment.copy(source, from, packed, to, (long) count * Float.BYTES);
        }
      }
    }
    return new PackedMatrix(packed, terms, columns);
  }

  /** Where a panel starts. */
  public long address(int panel) {
    return data.address() + (long) panel * terms * TileShape.ROW;
  }

  /** The panels from {@code first} on. */
  public Panels from(int first) {
    return new Block(address(first), (long) terms * TileShape.ROW);
  }

  private static final class Block implements Panels {
    private final long start;
    private final long panelBytes;
    private long shift;

    Block(long start, long panelBytes) {
      this.start = start;
      this.panelBytes = panelBytes;
    }

    @Override
    public void prepare(int k0, int count) {
      shift = (long) k0 * TileShape.ROW;
    }

    @Override
    public long address(int panel) {
      return start + panel * panelBytes + shift;
    }

    @Override
    public long stride() {
      return TileShape.ROW;
    }
  }
}
