package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** {@code y = 0}, then {@code y[indices[i]] = x[i]}, both counted in the whole tensor. */
final class ReferenceMaxUnpool {
  private ReferenceMaxUnpool() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor indices = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    int size = y.shape().elements();
    return parallel -> {
      y.data().fill((byte) 0);
      long[] index = Values.longs(indices);
      for (int i = 0; i < index.length; i++) {
        Elements.copy(x, i, y, ReferenceGather.check(index[i], size, step));
      }
    };
  }
}
