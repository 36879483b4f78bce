package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * {@code y[n, c*k+q, o] = mask[n, g*k+q, o] * x[n,c]} at the position of element q of the kernel
 * over o plus its offset, interpolated between the four pixels around it; pixels outside are zero.
 * g is the channel's group. Computed in float64, rounded once.
 */
final class ReferenceDeformPatches {
  private final Window window;
  private final Shape x;
  private final Shape y;

  private ReferenceDeformPatches(Window window, Shape x, Shape y) {
    this.window = window;
    this.x = x;
    this.y = y;
  }

  static Executable bind(Op.DeformPatches op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor offset = binding.tensor(step.input(1));
    Tensor mask = binding.optional(step.optionalInput(2));
    Tensor y = binding.tensor(step.output());
    ReferenceDeformPatches kernel = new ReferenceDeformPatches(op.window(), x.shape(), y.shape());
    int plane = x.shape().elements(2, 4);
    int outputs = y.shape().elements(2, 4);
    int channels = x.shape().dim(1);
    int elements = y.shape().dim(1) / channels;
    int groupSize = channels / op.offsetGroups();
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] offsets = Values.doubles(offset);
      double[] factors = mask == null ? null : Values.doubles(mask);
      double[] results = new double[y.shape().elements()];
      for (int i = 0; i < results.length; i++) {
        int o = i % outputs;
        int q = i / outputs % elements;
        int c = i / outputs / elements;
        int moved = (c / groupSize * elements + q) * outputs; // channels of all images in a row
        double row = kernel.base(0, o, q) + offsets[2 * moved + o];
        double column = kernel.base(1, o, q) + offsets[2 * moved + outputs + o];
        double value = kernel.interpolate(values, c * plane, row, column);
        results[i] = factors == null ? value : value * factors[moved + o];
      }
      Values.store(y, results);
    };
  }

  /** Where element q of the kernel over output o would read along a spatial axis. */
  private double base(int axis, int o, int q) {
    int output = axis == 0 ? o / y.dim(3) : o % y.dim(3);
    int width = window.kernel().get(1);
    long tap = axis == 0 ? q / width : q % width;
    return (double)
        ((long) output * window.strides().get(axis)
            - window.pads().get(axis)
            + tap * window.dilations().get(axis));
  }

  private double interpolate(double[] values, int from, double row, double column) {
    double top = Math.floor(row);
    double left = Math.floor(column);
    double down = row - top;
    double right = column - left;
    return (1 - down) * (1 - right) * pixel(values, from, top, left)
        + (1 - down) * right * pixel(values, from, top, left + 1)
        + down * (1 - right) * pixel(values, from, top + 1, left)
        + down * right * pixel(values, from, top + 1, left + 1);
  }

  private double pixel(double[] values, int from, double row, double column) {
    if (!(row >= 0 && row < x.dim(2) && column >= 0 && column < x.dim(3))) {
      return 0;
    }
    int down = (int) row;
    int right = (int) column;
    return values[from + down * x.dim(3) + right];
  }
}
