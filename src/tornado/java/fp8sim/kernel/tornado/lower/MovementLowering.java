package fp8sim.kernel.tornado.lower;

import fp8sim.graph.Op;
import fp8sim.kernel.tornado.device.DeviceStrides;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.MoveKernel;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators that only move elements: one strided copy or several. */
final class MovementLowering {
  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;

  MovementLowering(ProgramBuilder program, EpilogueLowering epilogues) {
    this.program = program;
    this.epilogues = epilogues;
  }

  void transpose(Step step, Op.Transpose op) {
    Shape x = step.input(0).shape();
    int rank = x.rank();
    int[] from = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int source = op.perm().isEmpty() ? rank - 1 - axis : op.perm().get(axis);
      from[axis] = x.strides()[source < 0 ? source + rank : source];
    }
    Shape y = step.output().shape();
    move(step.input(0), 0, from, step.output(), 0, y.strides(), y.dims());
    epilogues.addAfter(step);
  }

  void concat(Step step, Op.Concat op) {
    Operand.Slot y = step.output();
    int axis = axis(op.axis(), y.shape());
    int at = 0;
    for (int i = 0; i < step.inputs().size(); i++) {
      Operand part = step.input(i);
      int[] dims = part.shape().dims();
      int[] strides = y.shape().strides();
      move(part, 0, part.shape().strides(), y, at * strides[axis], strides, dims);
      at += dims[axis];
    }
    epilogues.addAfter(step);
  }

  void split(Step step, Op.Split op) {
    Operand x = step.input(0);
    int axis = axis(op.axis(), x.shape());
    int[] strides = x.shape().strides();
    int parts = step.outputs().size();
    int equal = (x.shape().dim(axis) + parts - 1) / parts;
    int[] sizes = ints(step.optionalInput(1));
    int from = 0;
    for (int i = 0; i < parts; i++) {
      int size = sizes == null ? Math.min(equal, x.shape().dim(axis) - from) : sizes[i];
      Operand.Slot y = step.outputs().get(i);
      if (y != null) {
        Shape shape = y.shape();
        move(x, from * strides[axis], strides, y, 0, shape.strides(), shape.dims());
      }
      from += size;
    }
    epilogues.addAfter(step);
  }

  void slice(Step step) {
    Shape x = step.input(0).shape();
    Shape y = step.output().shape();
    int[] starts = required(step, 1);
    int[] axes = ints(step.optionalInput(3));
    int[] steps = ints(step.optionalInput(4));
    int[] strides = x.strides();
    int at = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = axes == null ? i : axis(axes[i], x);
      int size = x.dim(axis);
      int every = steps == null ? 1 : steps[i];
      int index = starts[i] < 0 ? starts[i] + size : starts[i];
      at += Math.clamp(index, 0, Math.max(0, every > 0 ? size : size - 1)) * strides[axis];
      strides[axis] *= y.dim(axis) > 1 ? every : 0;
    }
    move(step.input(0), at, strides, step.output(), 0, y.strides(), y.dims());
    epilogues.addAfter(step);
  }

  /** One copy for each index. */
  void gather(Step step, Op.Gather op) {
    Shape x = step.input(0).shape();
    int axis = axis(op.axis(), x);
    int run = x.elements(axis + 1, x.rank());
    int outer = x.elements(0, axis);
    int size = x.dim(axis);
    int[] indices = required(step, 1);
    for (int i = 0; i < indices.length; i++) {
      int index = indices[i] < 0 ? indices[i] + size : indices[i];
      move(
          step.input(0),
          index * run,
          new int[] {size * run, 1},
          step.output(),
          i * run,
          new int[] {indices.length * run, 1},
          new int[] {outer, run});
    }
    epilogues.addAfter(step);
  }

  private static int axis(int axis, Shape shape) {
    return axis < 0 ? axis + shape.rank() : axis;
  }

  private static int[] required(Step step, int input) {
    int[] values = ints(step.input(input));
    if (values == null) {
      throw new IllegalStateException(step.describe() + " has no constant input " + input);
    }
    return values;
  }

  /** The values of a constant operand of integers, or null if there is none. */
  static int @Nullable [] ints(@Nullable Operand operand) {
    if (!(operand instanceof Operand.Constant constant)) {
      return null;
    }
    Tensor tensor = constant.tensor();
    int[] values = new int[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      long value =
          tensor.type() == DataType.INT64
              ? tensor.data().get(Tensor.LONG, (long) i * Long.BYTES)
              : tensor.data().get(Tensor.INT, (long) i * Integer.BYTES);
      values[i] = Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return values;
  }

  /** A copy of {@code dims} elements between two strided layouts. */
  private void move(
      Operand source,
      int from,
      int[] fromStrides,
      Operand.Slot target,
      int to,
      int[] toStrides,
      int[] dims) {
    int rank = dims.length;
    int count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    int[] geometry = new int[MoveKernel.AXES + DeviceStrides.AXIS_WORDS * rank];
    geometry[MoveKernel.COUNT] = count;
    geometry[MoveKernel.RANK] = rank;
    geometry[MoveKernel.TO] = program.at(target) + to;
    for (int i = 0; i < rank; i++) {
      int word = MoveKernel.AXES + DeviceStrides.AXIS_WORDS * i;
      geometry[word] = Math.max(1, dims[rank - 1 - i]);
      geometry[word + 1] = fromStrides[rank - 1 - i];
      geometry[word + 2] = toStrides[rank - 1 - i];
    }
    KernelKind kind = KernelKind.MOVE;
    if (source instanceof Operand.Constant constant) {
      kind = KernelKind.MOVE_CONSTANT;
      geometry[MoveKernel.FROM] = program.addConstant(constant.tensor()) + from;
    } else {
      geometry[MoveKernel.FROM] = program.at((Operand.Slot) source) + from;
    }
    program.call(KernelCall.line(kind, geometry, count));
  }
}
