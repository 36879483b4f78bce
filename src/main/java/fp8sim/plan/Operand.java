package fp8sim.plan;

import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** What a step reads or writes. */
public sealed interface Operand {
  TensorType type();

  default Shape shape() {
    return type().shape();
  }

  default DataType dataType() {
    return type().type();
  }

  /** A weight or another constant; the same {@code tensor} instance means the same constant. */
  record Constant(Tensor tensor) implements Operand {
    @Override
    public TensorType type() {
      return new TensorType(tensor.type(), tensor.shape());
    }
  }

  /**
   * A part of the session's arena.
   *
   * @param offset in bytes, a multiple of 64. Slots whose lifetimes overlap never share memory,
   *     except views (Reshape and the like), which share their source's
   */
  record Slot(long offset, TensorType type) implements Operand {}
}
