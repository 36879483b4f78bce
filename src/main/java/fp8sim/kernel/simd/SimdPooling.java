package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.Step;
import fp8sim.plan.WindowAxis;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/** MaxPool and AveragePool over one or two dimensions, and global averages. */
final class SimdPooling implements FamilyKernel {
  /** Pairs of an output and a window's element that are fast whether they meet the input or not. */
  private static final long SURELY_FEW_PAIRS = 1 << 22;

  /** Else so many times those that do. */
  private static final long MOST_PAIRS = 16;

  private final Kernel reference;

  SimdPooling(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.POOLING;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    Shape x = step.input(0).shape();
    boolean supported =
        StepOperands.areFloat(step)
            && step.epilogue().isEmpty()
            && x.rank() >= 3
            && x.elements() > 0;
    boolean window = supported && x.rank() <= 4;
    return switch (step.op()) {
      case Op.MaxPool op
          when window
              && (step.outputs().size() == 1 || step.outputs().get(1) == null)
              && isOrdinary(op.window(), step) ->
          max(ConvGeometry.of(op.window(), x, step.output().shape()), step, binding);
      case Op.AveragePool op when window && isOrdinary(op.window(), step) ->
          average(op, step, binding);
      case Op.GlobalPool op when supported && !op.max() -> globalAverage(step, binding);
      default -> reference.bind(step, binding);
    };
  }

  /** Whether windows are not much larger than what they see of the input. */
  private static boolean isOrdinary(Window window, Step step) {
    Shape x = step.input(0).shape();
    Shape y = step.output().shape();
    ConvGeometry g = ConvGeometry.of(window, x, y);
    if (!g.isOrdinary()) {
      return false;
    }
    long pairs = (long) g.outPlane() * g.kernelHeight() * g.kernelWidth();
    long useful = 1;
    for (int axis = 0; axis < window.kernel().size(); axis++) {
      useful *= WindowAxis.of(window, axis, x, y).pairs();
    }
    return pairs <= SURELY_FEW_PAIRS || pairs / MOST_PAIRS <= useful;
  }

  private static Executable max(ConvGeometry geometry, Step step, Binding binding) {
    return SmallMaxPooling.suits(geometry)
        ? new SmallMaxPooling(geometry, step, binding)
        : PlanePooling.max(geometry, step, binding);
  }

  private static Executable globalAverage(Step step, Binding binding) {
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    int size = x.shape().elements(2, x.shape().rank());
    return RowMeans.over(x, y, size);
  }

  private static Executable average(Op.AveragePool op, Step step, Binding binding) {
    ConvGeometry g = ConvGeometry.of(op.window(), step.input(0).shape(), step.output().shape());
    int pitch = Math.ceilDiv(g.outWidth(), Memory.LANES) * Memory.LANES;
    int rank = op.window().kernel().size();
    int[] down = rank == 1 ? new int[] {1} : counts(op, 0, step);
    int[] across = counts(op, rank - 1, step);
    float[] counts = new float[g.outHeight() * pitch];
    for (int row = 0; row < g.outHeight(); row++) {
      for (int column = 0; column < pitch; column++) {
        int here = column < g.outWidth() ? across[column] : 1;
        counts[row * pitch + column] = (float) ((double) down[row] * here);
      }
    }
    return PlanePooling.average(g, counts, step, binding);
  }

  /** How many elements of the window count along one axis, for each output position. */
  private static int[] counts(Op.AveragePool op, int axis, Step step) {
    WindowAxis along =
        WindowAxis.of(op.window(), axis, step.input(0).shape(), step.output().shape());
    int[] counts = new int[along.output()];
    Arrays.setAll(counts, o -> along.counted(o, op.countIncludePad()));
    return counts;
  }
}
