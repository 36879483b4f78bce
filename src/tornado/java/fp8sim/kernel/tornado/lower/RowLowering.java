package fp8sim.kernel.tornado.lower;

import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.kernel.tornado.device.DeviceWindow;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.PoolKernel;
import fp8sim.kernel.tornado.device.RowKernel;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.plan.WindowAxis;
import fp8sim.plan.WindowGeometry;
import fp8sim.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Poolings, softmax and normalizations. */
final class RowLowering {
  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;

  RowLowering(ProgramBuilder program, EpilogueLowering epilogues) {
    this.program = program;
    this.epilogues = epilogues;
  }

  void maxPool(Step step, Op.MaxPool op) {
    WindowGeometry window =
        WindowGeometry.of(op.window(), step.input(0).shape(), step.output().shape());
    addPool(step, KernelKind.MAX_POOL, pool(step, window, false));
  }

  void averagePool(Step step, Op.AveragePool op) {
    WindowGeometry window =
        WindowGeometry.of(op.window(), step.input(0).shape(), step.output().shape());
    addPool(step, KernelKind.AVERAGE_POOL, pool(step, window, op.countIncludePad()));
  }

  private void addPool(Step step, KernelKind kind, int[] geometry) {
    epilogues.add(
        step,
        geometry,
        DeviceWindow.EPILOGUE,
        List.of(),
        complete -> KernelCall.line(kind, complete, geometry[DeviceWindow.COUNT]));
  }

  private int[] pool(Step step, WindowGeometry window, boolean countPadding) {
    int[] geometry = DeviceWindow.of(step, window, program.at(step.output()), PoolKernel.SIZE);
    geometry[DeviceWindow.INPUT] = input(step);
    geometry[PoolKernel.END_Y] = end(window.vertical());
    geometry[PoolKernel.END_X] = end(window.horizontal());
    geometry[PoolKernel.COUNT_PADDING] = countPadding ? 1 : 0;
    return geometry;
  }

  /** Up to here elements behind the input are padding. */
  private static int end(WindowAxis axis) {
    return axis.input() + axis.after();
  }

  void globalPool(Step step, Op.GlobalPool op) {
    Shape x = step.input(0).shape();
    int[] geometry = rows(step, step.output().shape().elements(), x.elements(2, x.rank()));
    geometry[RowKernel.FUNCTION] = op.max() ? RowKernel.MAX : RowKernel.MEAN;
    add(step, KernelKind.REDUCE, geometry);
  }

  /** Why a reduction has no kernel; empty if it has one. */
  static String problem(Step step, Op.Reduce op) {
    if (function(op.function()) < 0) {
      return "function";
    }
    if (!(step.input(0) instanceof Operand.Slot)
        || (step.optionalInput(1) != null
            && MovementLowering.ints(step.optionalInput(1)) == null)) {
      return "computed axes";
    }
    int[] axes = axes(step, op);
    boolean adjacent = axes.length > 0 && axes[axes.length - 1] - axes[0] == axes.length - 1;
    return adjacent && step.input(0).shape().elements() > 0 ? "" : "axes apart";
  }

  /** The axes that are reduced, ascending. */
  private static int[] axes(Step step, Op.Reduce op) {
    int rank = step.input(0).shape().rank();
    int[] given = MovementLowering.ints(step.optionalInput(1));
    if (given == null || given.length == 0) {
      return op.noopWithEmptyAxes() ? new int[0] : IntStream.range(0, rank).toArray();
    }
    return Arrays.stream(given).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray();
  }

  /** The device's number of a reduction, or -1 if it has none. */
  private static int function(ReduceFunction function) {
    return switch (function) {
      case SUM -> RowKernel.SUM;
      case MEAN -> RowKernel.MEAN;
      case L1 -> RowKernel.L1;
      case L2 -> RowKernel.L2;
      case SUM_SQUARE -> RowKernel.SUM_SQUARE;
      case MAX -> RowKernel.MAX;
      case MIN -> RowKernel.MIN;
      case PROD, LOG_SUM, LOG_SUM_EXP -> -1;
    };
  }

  void reduce(Step step, Op.Reduce op) {
    Shape x = step.input(0).shape();
    int[] axes = axes(step, op);
    int end = axes[axes.length - 1] + 1;
    int[] geometry = rows(step, step.output().shape().elements(), x.elements(axes[0], end));
    geometry[RowKernel.STRIDE] = x.elements(end, x.rank());
    geometry[RowKernel.FUNCTION] = function(op.function());
    add(step, KernelKind.REDUCE, geometry);
  }

  void softmax(Step step, Op.Softmax op) {
    Shape x = step.input(0).shape();
    int axis = op.axis() < 0 ? op.axis() + x.rank() : op.axis();
    int end = op.toEnd() ? x.rank() : Math.min(axis + 1, x.rank());
    int length = x.elements(axis, end);
    int[] geometry = rows(step, x.elements() / Math.max(1, length), length);
    geometry[RowKernel.STRIDE] = x.elements(end, x.rank());
    geometry[RowKernel.FUNCTION] = op.log() ? 1 : 0;
    add(step, KernelKind.SOFTMAX, geometry);
  }

  /** Layer normalization, or RMS normalization if it is not centred. */
  void layerNormalization(Step step, int axis, float epsilon, boolean centred) {
    Shape x = step.input(0).shape();
    int length = x.elements(axis < 0 ? axis + x.rank() : axis, x.rank());
    normalization(step, length, 1, epsilon, centred);
  }

  /** Instance and group normalization; each channel has its own parameters. */
  void channelNormalization(Step step, int groups, float epsilon) {
    Shape x = step.input(0).shape();
    int sample = x.elements(1, x.rank());
    int parameters = step.input(1).shape().elements();
    normalization(step, sample / groups, sample / parameters, epsilon, true);
  }

  private void normalization(Step step, int length, int run, float epsilon, boolean centred) {
    float[] scale = ((Operand.Constant) step.input(1)).tensor().toFloats();
    float[] parameters = new float[1 + 2 * scale.length];
    parameters[0] = epsilon;
    System.arraycopy(scale, 0, parameters, 1, scale.length);
    // Adding -0 changes no number, adding +0 would change -0.
    Arrays.fill(parameters, 1 + scale.length, parameters.length, -0f);
    if (step.optionalInput(2) instanceof Operand.Constant bias) {
      float[] values = bias.tensor().toFloats();
      System.arraycopy(values, 0, parameters, 1 + scale.length, values.length);
    }
    int[] geometry = rows(step, step.input(0).shape().elements() / Math.max(1, length), length);
    geometry[RowKernel.PARAMETERS] = program.addConstants(parameters);
    geometry[RowKernel.RUN] = run;
    geometry[RowKernel.COUNT] = scale.length;
    geometry[RowKernel.CENTRED] = centred ? 1 : 0;
    add(step, KernelKind.NORMALIZE, geometry);
  }

  private int[] rows(Step step, int count, int length) {
    int[] geometry = new int[RowKernel.SIZE];
    geometry[RowKernel.ROWS] = count;
    geometry[RowKernel.LENGTH] = length;
    geometry[RowKernel.STRIDE] = 1;
    geometry[RowKernel.INPUT] = input(step);
    geometry[RowKernel.OUTPUT] = program.at(step.output());
    return geometry;
  }

  private void add(Step step, KernelKind kind, int[] geometry) {
    epilogues.add(
        step,
        geometry,
        RowKernel.EPILOGUE,
        List.of(),
        complete -> KernelCall.rows(kind, complete, geometry[RowKernel.ROWS]));
  }

  private int input(Step step) {
    return program.at((Operand.Slot) step.input(0));
  }
}
