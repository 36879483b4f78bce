package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** AveragePool and the global poolings. */
final class ReferencePooling {
  private ReferencePooling() {}

  /**
   * The mean of the window's elements, added in row-major order; elements of the padding count as
   * zeros if {@code countIncludePad}, else not at all.
   */
  static Executable bindAverage(Step step, Binding binding) {
    Op.AveragePool op = (Op.AveragePool) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    SlidingWindow window = SlidingWindow.over(op.window(), x.shape(), y.shape());
    Arithmetic arithmetic = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] means = new double[y.shape().elements()];
      Sum sum = new Sum(values, arithmetic);
      for (int i = 0; i < means.length; i++) {
        int plane = i / window.outputSize() * window.inputSize();
        int o = i % window.outputSize();
        double total = sum.of(plane, window, o);
        means[i] = arithmetic.divide(total, window.counted(o, op.countIncludePad()));
      }
      Values.store(y, means);
    };
  }

  /** The sum of the elements under a window. */
  private static final class Sum implements SlidingWindow.Visitor {
    private final double[] x;
    private final Arithmetic arithmetic;
    private int plane;
    private double sum;

    Sum(double[] x, Arithmetic arithmetic) {
      this.x = x;
      this.arithmetic = arithmetic;
    }

    double of(int firstOfPlane, SlidingWindow window, int output) {
      plane = firstOfPlane;
      sum = 0;
      window.visit(output, this);
      return sum;
    }

    @Override
    public void visit(int q, int at) {
      sum = arithmetic.add(sum, x[plane + at]);
    }
  }

  /** The mean or maximum of each plane; NaN wins. */
  static Executable bindGlobal(Step step, Binding binding) {
    Op.GlobalPool op = (Op.GlobalPool) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    int size = x.shape().elements(2, x.shape().rank());
    Arithmetic arithmetic = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] results = new double[y.shape().elements()];
      for (int i = 0; i < results.length; i++) {
        results[i] =
            op.max()
                ? max(values, i * size, size)
                : arithmetic.divide(arithmetic.sum(values, i * size, size, 1), size);
      }
      Values.store(y, results);
    };
  }

  private static double max(double[] x, int from, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, x[from + i]);
    }
    return max;
  }
}
