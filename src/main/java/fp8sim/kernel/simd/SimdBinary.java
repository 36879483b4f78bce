package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.simd.epilogue.RowEpilogue;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.VectorBinary;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;

/**
 * Functions of two float32 arguments with broadcasting. The output is cut into rows along which
 * each operand either runs or stays.
 */
final class SimdBinary implements FamilyKernel {
  private final Kernel reference;

  SimdBinary(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.BINARY;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    VectorBinary function =
        step.op() instanceof Op.Binary op ? VectorBinary.of(op.function()) : null;
    if (function == null || !RowEpilogue.supports(step) || !StepOperands.areFloat(step)) {
      return reference.bind(step, binding);
    }
    return new RowWise(function, RowEpilogue.of(step, binding), step, binding);
  }

  private static final class RowWise implements Executable {
    private final VectorBinary function;
    private final RowEpilogue after;
    private final Tensor a;
    private final Tensor b;
    private final Tensor y;

    /** Elements of a row, and rows. */
    private final int size;

    private final int rows;

    /** Whether an operand runs along rows. */
    private final boolean aRuns;

    private final boolean bRuns;

    /** The first element of each row. */
    private final int[] aStarts;

    private final int[] bStarts;

    RowWise(VectorBinary function, RowEpilogue after, Step step, Binding binding) {
      this.function = function;
      this.after = after;
      a = StepOperands.tensor(step.input(0), binding);
      b = StepOperands.tensor(step.input(1), binding);
      y = binding.tensor(step.output());
      Shape shape = y.shape();
      int axis = firstRowAxis(shape);
      size = shape.elements(axis, shape.rank());
      rows = shape.elements(0, axis);
      aRuns = runs(a.shape(), shape, axis);
      bRuns = runs(b.shape(), shape, axis);
      aStarts = starts(a.shape(), shape, axis);
      bStarts = starts(b.shape(), shape, axis);
    }

    /** The first of the last axes that both operands run along, or stay at, as one. */
    private int firstRowAxis(Shape shape) {
      int axis = shape.rank();
      while (axis > 0
          && isUniform(a.shape(), shape, axis - 1)
          && isUniform(b.shape(), shape, axis - 1)) {
        axis--;
      }
      return axis;
    }

    /** Whether an operand has all elements of the last axes, or one for all of them. */
    private static boolean isUniform(Shape operand, Shape shape, int axis) {
      int own = trailing(operand, shape, axis);
      return own == 1 || own == shape.elements(axis, shape.rank());
    }

    private static boolean runs(Shape operand, Shape shape, int axis) {
      return trailing(operand, shape, axis) > 1 || shape.elements(axis, shape.rank()) == 1;
    }

    /** Elements of an operand along the last axes of the output. */
    private static int trailing(Shape operand, Shape shape, int axis) {
      int from = Math.max(0, axis - (shape.rank() - operand.rank()));
      return operand.elements(from, operand.rank());
    }

    private static int[] starts(Shape operand, Shape shape, int axis) {
      int[] strides = Strides.broadcast(operand, shape);
      int[] dims = new int[axis];
      for (int i = 0; i < axis; i++) {
        dims[i] = shape.dim(i);
      }
      return Strides.positions(dims, strides, 0);
    }

    @Override
    public void run(Parallel parallel) {
      if (rows == 1) {
        int vectors = Math.ceilDiv(size, Memory.LANES);
        Chunks.run(parallel, vectors, Memory.LANES, this::vectors);
      } else {
        Chunks.run(parallel, rows, size, this::rows);
      }
    }

    private void vectors(int from, int end) {
      int first = from * Memory.LANES;
      row(0, first, Math.min(end * Memory.LANES, size) - first);
    }

    private void rows(int from, int end) {
      for (int row = from; row < end; row++) {
        row(row, 0, size);
      }
    }

    private void row(int row, int first, int count) {
      long left = a.data().address() + (aStarts[row] + (aRuns ? first : 0L)) * Float.BYTES;
      long right = b.data().address() + (bStarts[row] + (bRuns ? first : 0L)) * Float.BYTES;
      long out = y.data().address() + ((long) row * size + first) * Float.BYTES;
      function.apply(left, aRuns, right, bRuns, out, count);
      after.apply(out, count);
    }
  }
}
