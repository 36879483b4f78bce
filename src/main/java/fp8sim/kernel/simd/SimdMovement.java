package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.reference.SliceView;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.ShortRows;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transpose, Concat, Slice and Gather of float32, Slice if its rows are adjacent elements, Gather
 * if its indices are constant and each means several adjacent elements; other movements by the
 * reference.
 */
final class SimdMovement implements FamilyKernel {
  private final Kernel reference;

  SimdMovement(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.MOVEMENT;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    Shape shape = step.output().shape();
    if (step.output().dataType() != DataType.FLOAT
        || !step.epilogue().isEmpty()
        || shape.elements() == 0
        || shape.rank() == 0) {
      return reference.bind(step, binding);
    }
    return switch (step.op()) {
      case Op.Transpose op -> new Permutation(step, binding);
      case Op.Concat op -> RowCopies.concat(op, step, binding);
      case Op.Gather op -> gather(op, step, binding);
      case Op.Slice op when hasConstantBounds(step) -> slice(step, binding);
      default -> reference.bind(step, binding);
    };
  }

  private Executable gather(Op.Gather op, Step step, Binding binding) {
    Shape shape = step.input(0).shape();
    int axis = op.axis() < 0 ? op.axis() + shape.rank() : op.axis();
    int[] indices = indices(step.input(1), shape.dim(axis));
    boolean adjacent = shape.elements(axis + 1, shape.rank()) > 1;
    return indices != null && adjacent
        ? RowCopies.gather(axis, indices, step, binding)
        : reference.bind(step, binding);
  }

  /** Constant indices from the front; null if they have another type or leave the axis. */
  private static int @Nullable [] indices(Operand operand, int size) {
    if (!(operand instanceof Operand.Constant constant)
        || constant.tensor().type() != DataType.INT64) {
      return null;
    }
    int[] indices = new int[constant.shape().elements()];
    for (int i = 0; i < indices.length; i++) {
      long index = constant.tensor().data().getAtIndex(Tensor.LONG, i);
      if (index < -size || index >= size) {
        return null;
      }
      indices[i] = (int) (index < 0 ? index + size : index);
    }
    return indices;
  }

  private static boolean hasConstantBounds(Step step) {
    return StepOperands.isConstant(step.input(1))
        && StepOperands.isConstant(step.optionalInput(3))
        && StepOperands.isConstant(step.optionalInput(4));
  }

  private Executable slice(Step step, Binding binding) {
    SliceView view = SliceView.of(step, binding);
    int last = view.strides().length - 1;
    boolean adjacent = view.strides()[last] == 1 && step.output().shape().dim(last) > 1;
    return adjacent ? RowCopies.slice(view, step, binding) : reference.bind(step, binding);
  }

  /**
   * Axes that stay together are one. If the last axis stays last, rows are copied; else the
   * output's last axis and the input's last axis span planes that are transposed.
   */
  private static final class Permutation implements Executable {
    private final Tensor x;
    private final Tensor y;

    /** Rows copied, or rows of transposed planes in the input. */
    private final boolean copies;

    private final int rows;
    private final int columns;

    /** Strides in bytes between rows of a plane, in the input and in the output. */
    private final long fromStride;

    private final long toStride;

    /** Where each plane, or copied row, starts, in elements. */
    private final int[] fromStarts;

    private final int[] toStarts;

    Permutation(Step step, Binding binding) {
      x = StepOperands.tensor(step.input(0), binding);
      y = binding.tensor(step.output());
      AxisGroups groups = AxisGroups.of(x.shape(), ((Op.Transpose) step.op()).perm());
      int rank = groups.dims().length;
      int last = rank - 1;
      int inputLast = groups.positionOfStride(1);
      copies = inputLast == last;
      columns = groups.dims()[inputLast];
      rows = copies ? 1 : groups.dims()[last];
      fromStride = (long) groups.fromStrides()[last] * Float.BYTES;
      toStride = (long) groups.toStrides()[inputLast] * Float.BYTES;
      int[] outer = groups.dims().clone();
      outer[last] = 1;
      outer[inputLast] = 1;
      fromStarts = Strides.positions(outer, groups.fromStrides(), 0);
      toStarts = Strides.positions(outer, groups.toStrides(), 0);
    }

    @Override
    public void run(Parallel parallel) {
      Chunks.run(parallel, fromStarts.length, rows * columns, this::planes);
    }

    private void planes(int from, int end) {
      for (int i = from; i < end; i++) {
        long source = x.data().address() + (long) fromStarts[i] * Float.BYTES;
        long target = y.data().address() + (long) toStarts[i] * Float.BYTES;
        if (copies) {
          ShortRows.copyExactly(source, target, columns);
        } else {
          ShortRows.transpose(source, fromStride, target, toStride, rows, columns);
        }
      }
    }
  }

  /**
   * The axes of a permuted tensor in the order of the output.
   *
   * @param fromStrides steps in the input, in elements
   * @param toStrides steps in the output
   */
  private record AxisGroups(int[] dims, int[] fromStrides, int[] toStrides) {

    static AxisGroups of(Shape x, List<Integer> perm) {
      int rank = x.rank();
      int[] own = x.strides();
      int[] dims = new int[rank];
      int[] from = new int[rank];
      int count = 0;
      for (int i = 0; i < rank; i++) {
        int axis = perm.isEmpty() ? rank - 1 - i : perm.get(i);
        if (x.dim(axis) == 1) {
          continue;
        }
        if (count > 0 && from[count - 1] == x.dim(axis) * own[axis]) {
          dims[count - 1] *= x.dim(axis);
          from[count - 1] = own[axis];
        } else {
          dims[count] = x.dim(axis);
          from[count++] = own[axis];
        }
      }
      if (count == 0) {
        return new AxisGroups(new int[] {1}, new int[] {1}, new int[] {1});
      }
      Shape shape = Shape.of(Arrays.copyOf(dims, count));
      return new AxisGroups(shape.dims(), Arrays.copyOf(from, count), shape.strides());
    }

    /** Which axis of the output steps through the input by so many elements. */
    int positionOfStride(int stride) {
      for (int i = 0; i < fromStrides.length; i++) {
        if (fromStrides[i] == stride) {
          return i;
        }
      }
      throw new IllegalStateException("no axis of stride " + stride);
    }
  }
}
