package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * {@code y[n,c,i] = x[n,c,i] / (bias + alpha / size * sum of x[n,k,i]^2)^beta}, k in order from
 * {@code c - floor((size-1)/2)} to {@code c + ceil((size-1)/2)} where there are channels.
 */
final class ReferenceLrn {
  private ReferenceLrn() {}

  static Executable bind(Step step, Binding binding) {
    Op.Lrn op = (Op.Lrn) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int channels = shape.dim(1);
    int plane = shape.elements(2, shape.rank());
    Arithmetic a = Arithmetic.of(x.type());
    double factor = a.divide(op.alpha(), op.size());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] result = new double[values.length];
      for (int i = 0; i < result.length; i++) {
        int c = i / plane % channels;
        int first = Math.max(0, c - (op.size() - 1) / 2);
        int last = Math.min(channels - 1, c + op.size() / 2);
        double sum = 0;
        for (int k = first; k <= last; k++) {
          double value = values[i + (k - c) * plane];
          sum = a.add(sum, a.multiply(value, value));
        }
        double base = a.add(op.bias(), a.multiply(factor, sum));
        result[i] = a.divide(values[i], a.pow(base, op.beta()));
      }
      Values.store(y, result);
    };
  }
}
