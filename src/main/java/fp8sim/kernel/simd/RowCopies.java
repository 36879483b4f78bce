package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.reference.SliceView;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/** Copies rows of adjacent elements from one tensor to another. */
final class RowCopies implements Executable {
  /** A longer row is cut, so that all workers share it. */
  private static final int PIECE = 1 << 14;

  private final Tensor x;
  private final Tensor y;
  private final int size;
  private final int pieces;
  private final int[] from;
  private final int[] to;

  /**
   * Rows of {@code size > 0} elements.
   *
   * @param from where each starts in x, in elements
   * @param to where each starts in y
   */
  private RowCopies(Tensor x, Tensor y, int size, int[] from, int[] to) {
    this.x = x;
    this.y = y;
    this.size = size;
    this.from = from;
    this.to = to;
    pieces = Math.ceilDiv(size, PIECE);
  }

  /** A Slice whose output's rows lie together in its input. */
  static RowCopies slice(SliceView view, Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    int[] dims = y.shape().dims();
    int size = dims[dims.length - 1];
    dims[dims.length - 1] = 1;
    int[] from = Strides.positions(dims, view.strides(), 0);
    int[] to = new int[from.length];
    for (int row = 0; row < from.length; row++) {
      from[row] += view.start();
      to[row] = row * size;
    }
    return new RowCopies(StepOperands.tensor(step.input(0), binding), y, size, from, to);
  }

  /**
   * A Gather with constant indices.
   *
   * @param indices from the front, inside the axis
   */
  static RowCopies gather(int axis, int[] indices, Step step, Binding binding) {
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int size = shape.elements(axis + 1, shape.rank());
    int[] from = new int[y.shape().elements() / size];
    int[] to = new int[from.length];
    for (int row = 0; row < from.length; row++) {
      int outer = row / indices.length;
      from[row] = (outer * shape.dim(axis) + indices[row % indices.length]) * size;
      to[row] = row * size;
    }
    return new RowCopies(x, y, size, from, to);
  }

  /** A Concat: the copies of its operands, one after the other. */
  static Executable concat(Op.Concat op, Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    int axis = op.axis() < 0 ? op.axis() + y.shape().rank() : op.axis();
    int outer = y.shape().elements(0, axis);
    int pitch = y.shape().elements(axis, y.shape().rank());
    RowCopies[] copies = new RowCopies[step.inputs().size()];
    int at = 0;
    for (int i = 0; i < copies.length; i++) {
      Tensor x = StepOperands.tensor(step.input(i), binding);
      Shape shape = x.shape();
      int size = shape.elements(axis, shape.rank());
      int[] from = new int[size == 0 ? 0 : outer];
      int[] to = new int[from.length];
      for (int row = 0; row < from.length; row++) {
        from[row] = row * size;
        to[row] = row * pitch + at;
      }
      copies[i] = new RowCopies(x, y, Math.max(1, size), from, to);
      at += size;
    }
    return parallel -> {
      for (RowCopies copy : copies) {
        copy.run(parallel);
      }
    };
  }

  @Override
  public void run(Parallel parallel) {
    Chunks.run(parallel, from.length * pieces, Math.min(size, PIECE), this::copy);
  }

  private void copy(int first, int end) {
    for (int i = first; i < end; i++) {
      int row = i / pieces;
      int shift = i % pieces * PIECE;
      Memory.copy(
          x.data().address() + ((long) from[row] + shift) * Float.BYTES,
          y.data().address() + ((long) to[row] + shift) * Float.BYTES,
          (long) Math.min(PIECE, size - shift) * Float.BYTES);
    }
  }
}
