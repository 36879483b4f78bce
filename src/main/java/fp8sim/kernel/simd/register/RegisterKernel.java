package fp8sim.kernel.simd.register;

import fp8sim.kernel.Binding;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.FiniteProduct;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;

/** A product of codes from tables in registers: operands are encoded, then parts are summed. */
abstract class RegisterKernel extends FiniteProduct {
  /** Terms are filled up to whole groups of these. */
  static final int TERMS = 4;

  /** Outputs of the rows of a tile for all lanes. */
  private static final int OUTPUTS = TileShape.ROWS * ByteLookups.LANES;

  RegisterKernel(ProductTask task, Binding binding) {
    super(task, binding);
  }

  static int padded(int count, int multiple) {
    return Math.ceilDiv(count, multiple) * multiple;
  }

  /**
   * Stores outputs of the thread's {@link Scratch#accumulators}: rows of {@link ByteLookups#LANES},
   * with room for a tile behind them.
   *
   * @param rows at most {@link TileShape#ROWS}
   * @param columns outputs of each row
   * @param to what the writer takes addresses from
   */
  static void write(TileWriter writer, int row, int rows, int column, int columns, long to) {
    Scratch scratch = Scratch.current();
    float[] outputs = outputs();
    for (int first = 0; first < columns; first += TileShape.COLUMNS) {
      for (int r = 0; r < rows; r++) {
        int tile = OUTPUTS + r * TileShape.COLUMNS;
        System.arraycopy(outputs, r * ByteLookups.LANES + first, outputs, tile, TileShape.COLUMNS);
      }
      int count = Math.min(TileShape.COLUMNS, columns - first);
      OutputTile result = scratch.output().of(outputs, OUTPUTS, rows).at(row, column + first);
      writer.write(result, count, to);
    }
  }

  /** Memory of this thread for {@link #write}. */
  static float[] outputs() {
    return Scratch.current().accumulators(OUTPUTS + TileShape.ROWS * TileShape.COLUMNS);
  }
}
