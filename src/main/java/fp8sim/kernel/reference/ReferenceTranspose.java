package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Axis i of the output is axis {@code perm[i]} of the input. */
final class ReferenceTranspose {
  private ReferenceTranspose() {}

  static Executable bind(Step step, Binding binding) {
    List<Integer> perm = ((Op.Transpose) step.op()).perm();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    int rank = x.shape().rank();
    int[] own = x.shape().strides();
    int[] strides = new int[rank];
    for (int i = 0; i < rank; i++) {
      strides[i] = own[perm.isEmpty() ? rank - 1 - i : perm.get(i)];
    }
    return parallel -> Elements.gather(x, Strides.positions(y.shape().dims(), strides, 0), y);
  }
}
