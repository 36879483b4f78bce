package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** {@code y[i] = start + i * delta}. */
final class ReferenceRange {
  private ReferenceRange() {}

  static Executable bind(Step step, Binding binding) {
    Tensor start = binding.tensor(step.input(0));
    Tensor delta = binding.tensor(step.input(2));
    Tensor y = binding.tensor(step.output());
    Arithmetic a = Arithmetic.of(y.type());
    int count = y.shape().elements();
    if (!y.type().isFloating()) {
      return parallel -> {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = Values.longs(start)[0] + i * Values.longs(delta)[0];
        }
        Values.store(y, values);
      };
    }
    return parallel -> {
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = a.add(Values.doubles(start)[0], a.multiply(i, Values.doubles(delta)[0]));
      }
      Values.store(y, values);
    };
  }
}
