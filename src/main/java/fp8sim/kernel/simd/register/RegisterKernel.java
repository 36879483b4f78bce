package fp8sim.kernel.simd.register;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A product of codes from tables in registers: operands are encoded, then parts are summed. */
abstract class RegisterKernel implements Executable {
  /** Terms are filled up to whole groups of these. */
  static final int TERMS = 4;

  /** Outputs of the rows of a tile for all lanes. */
  private static final int OUTPUTS = TileShape.ROWS * ByteLookups.LANES;

  private final ProductTask task;
  private final Binding binding;
  private final AtomicBoolean finite = new AtomicBoolean();
  private @Nullable Executable slow;

  RegisterKernel(ProductTask task, Binding binding) {
    this.task = task;
    this.binding = binding;
  }

  /** Encodes what the network computed, and notes whether it is finite. */
  abstract void encode(Parallel parallel);

  abstract void multiply(Parallel parallel);

  @Override
  public final void run(Parallel parallel) {
    finite.set(true);
    encode(parallel);
    if (finite.get()) {
      multiply(parallel);
    } else {
      runSlowly(parallel);
    }
  }

  /** Notes whether what was encoded is finite; for all threads. */
  final void noteFinite(boolean encoded) {
    if (!encoded) {
      finite.set(false);
    }
  }

  /** Outputs that depend on a number that is not finite become NaN, which the reference knows. */
  private void runSlowly(Parallel parallel) {
    Executable executable = slow;
    if (executable == null) {
      executable = task.reference().bind(task.step(), binding);
      slow = executable;
    }
    executable.run(parallel);
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
