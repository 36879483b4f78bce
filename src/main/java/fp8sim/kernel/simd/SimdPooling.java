package fp8sim.kernel.simd;

import fp8sim.graph.AveragePool;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.MaxPool;
import fp8sim.graph.Window;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** MaxPool and AveragePool over one or two dimensions, and global averages. */
final class SimdPooling implements Kernel {
  private final Kernel reference;

  SimdPooling(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    Shape x = step.input(0).shape();
    boolean supported =
        Operands.areFloat(step) && step.epilogue().isEmpty() && x.rank() >= 3 && x.elements() > 0;
    boolean window = supported && x.rank() <= 4;
    return switch (step.op()) {
      case MaxPool op
          when window && (step.outputs().size() == 1 || step.outputs().get(1) == null) ->
          PlanePooling.max(ConvGeometry.of(op.window(), x, step.output().shape()), step, binding);
      case AveragePool op when window -> average(op, step, binding);
      case GlobalPool op when supported && !op.max() -> globalAverage(step, binding);
      default -> reference.bind(step, binding);
    };
  }

  private static Executable globalAverage(Step step, Binding binding) {
    Tensor x = Operands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    int size = x.shape().elements(2, x.shape().rank());
    return RowMeans.over(x, y, size);
  }

  private static Executable average(AveragePool op, Step step, Binding binding) {
    ConvGeometry g = ConvGeometry.of(op.window(), step.input(0).shape(), step.output().shape());
    int pitch = Math.ceilDiv(g.outWidth(), Memory.LANES) * Memory.LANES;
    int[] down = counts(op, g, true);
    int[] across = counts(op, g, false);
    float[] counts = new float[g.outHeight() * pitch];
    for (int row = 0; row < g.outHeight(); row++) {
      for (int column = 0; column < pitch; column++) {
        int here = column < g.outWidth() ? across[column] : 1;
        counts[row * pitch + column] = down[row] * here;
      }
    }
    return PlanePooling.average(g, counts, step, binding);
  }

  /** How many elements of the window count along one axis, for each output position. */
  private static int[] counts(AveragePool op, ConvGeometry g, boolean vertical) {
    Window window = op.window();
    int rank = window.kernel().size();
    int axis = vertical ? 0 : rank - 1;
    boolean flat = vertical && rank == 1;
    int size = vertical ? g.height() : g.width();
    int before = vertical ? g.padTop() : g.padLeft();
    int after = flat ? 0 : window.pads().get(rank + axis);
    int kernel = vertical ? g.kernelHeight() : g.kernelWidth();
    int dilation = vertical ? g.dilationY() : g.dilationX();
    int stride = vertical ? g.strideY() : g.strideX();
    int from = op.countIncludePad() ? -before : 0;
    int end = op.countIncludePad() ? size + after : size;
    int[] counts = new int[vertical ? g.outHeight() : g.outWidth()];
    for (int o = 0; o < counts.length; o++) {
      for (int k = 0; k < kernel; k++) {
        int at = o * stride + k * dilation - before;
        counts[o] += at >= from && at < end ? 1 : 0;
      }
    }
    return counts;
  }
}
