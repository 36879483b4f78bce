package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** {@code z[i] = condition[i] ? x[i] : y[i]} with broadcasting, for any element type. */
final class ReferenceWhere {
  private ReferenceWhere() {}

  static Executable bind(Step step, Binding binding) {
    Tensor condition = binding.tensor(step.input(0));
    Tensor x = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.input(2));
    Tensor z = binding.tensor(step.output());
    return parallel -> {
      Broadcast fromCondition = Broadcast.of(condition.shape(), z.shape());
      Broadcast fromX = Broadcast.of(x.shape(), z.shape());
      Broadcast fromY = Broadcast.of(y.shape(), z.shape());
      long[] truth = Values.longs(condition);
      for (int i = 0; i < z.shape().elements(); i++) {
        if (truth[fromCondition.at(i)] != 0) {
          Elements.copy(x, fromX.at(i), z, i);
        } else {
          Elements.copy(y, fromY.at(i), z, i);
        }
      }
    };
  }
}
