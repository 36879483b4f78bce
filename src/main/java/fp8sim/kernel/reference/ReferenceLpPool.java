package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** {@code (sum of |x|^p)^(1/p)} over each window, in row-major order; padding adds nothing. */
final class ReferenceLpPool {
  private ReferenceLpPool() {}

  static Executable bind(Op.LpPool op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    SlidingWindow window = SlidingWindow.over(op.window(), x.shape(), y.shape());
    Arithmetic a = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] norms = new double[y.shape().elements()];
      double[] sum = new double[1];
      for (int i = 0; i < norms.length; i++) {
        int plane = i / window.outputSize() * window.inputSize();
        sum[0] = 0;
        window.visit(
            i % window.outputSize(),
            (q, at) -> sum[0] = a.add(sum[0], power(Math.abs(values[plane + at]), op.p(), a)));
        norms[i] = root(sum[0], op.p(), a);
      }
      Values.store(y, norms);
    };
  }

  private static double power(double x, float p, Arithmetic a) {
    if (p == 1) {
      return x;
    }
    return p == 2 ? a.multiply(x, x) : a.pow(x, p);
  }

  private static double root(double x, float p, Arithmetic a) {
    if (p == 1) {
      return x;
    }
    return p == 2 ? a.sqrt(x) : a.pow(x, a.divide(1, p));
  }
}
