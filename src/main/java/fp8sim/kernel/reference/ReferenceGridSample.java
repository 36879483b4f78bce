package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * {@code y[n,c,o..] =} the sum of {@code x[n,c,i..]} times the weights of i along each axis, around
 * the position that {@code grid[n,o..]} gives. Positions are computed in the element type of grid,
 * weights and sums in float64; the sum is rounded once.
 */
final class ReferenceGridSample {
  private final Op.GridSample op;
  private final Shape shape;
  private final int axes;

  private ReferenceGridSample(Op.GridSample op, Shape shape) {
    this.op = op;
    this.shape = shape;
    axes = shape.rank() - 2;
  }

  static Executable bind(Op.GridSample op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor grid = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    ReferenceGridSample kernel = new ReferenceGridSample(op, x.shape());
    Arithmetic a = Arithmetic.of(grid.type());
    int plane = x.shape().elements(2, x.shape().rank());
    int outputs = y.shape().elements(2, y.shape().rank());
    int channels = x.shape().dim(1);
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] positions = Values.doubles(grid);
      double[] results = new double[y.shape().elements()];
      SamplingAxis[] taps = new SamplingAxis[kernel.axes];
      for (int i = 0; i < x.shape().dim(0) * outputs; i++) {
        kernel.locate(positions, i, taps, a);
        int image = i / outputs * channels;
        for (int c = image; c < image + channels; c++) {
          results[c * outputs + i % outputs] = kernel.sum(values, c * plane, taps, 0);
        }
      }
      Values.store(y, results);
    };
  }

  /** The taps of position i of the grid, whose last coordinate is that of the first axis. */
  private void locate(double[] grid, int i, SamplingAxis[] taps, Arithmetic a) {
    for (int axis = 0; axis < axes; axis++) {
      double from0 = a.add(grid[(i + 1) * axes - 1 - axis], 1);
      int size = shape.dim(2 + axis);
      double coordinate =
          op.alignCorners()
              ? a.multiply(a.divide(from0, 2), size - 1)
              : a.divide(a.subtract(a.multiply(from0, size), 1), 2);
      taps[axis] = SamplingAxis.of(op, coordinate, size);
    }
  }

  /** The weighted sum over the axes from {@code axis} on, in the part that starts at {@code at}. */
  private double sum(double[] x, int at, SamplingAxis[] taps, int axis) {
    if (axis == axes) {
      return x[at];
    }
    int inner = shape.elements(3 + axis, shape.rank());
    double sum = 0;
    for (int i = 0; i < taps[axis].indices().length; i++) {
      int index = taps[axis].indices()[i];
      double value = index < 0 ? 0 : sum(x, at + index * inner, taps, axis + 1);
      sum += taps[axis].weights()[i] * value;
    }
    return sum;
  }
}
