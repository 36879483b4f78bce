package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * Keeps {@code x[.., i, j]} where {@code j - i >= k} (upper) or {@code <= k} (lower), else zero.
 */
final class ReferenceTrilu {
  private ReferenceTrilu() {}

  static Executable bind(Step step, Binding binding) {
    boolean upper = ((Op.Trilu) step.op()).upper();
    Tensor x = binding.tensor(step.input(0));
    Tensor diagonal = binding.optional(step.optionalInput(1));
    Tensor y = binding.tensor(step.output());
    Tensor zero = Tensor.zeros(x.type(), Shape.SCALAR);
    int rows = x.shape().dim(-2);
    int columns = x.shape().dim(-1);
    return parallel -> {
      long k = diagonal == null ? 0 : Values.longs(diagonal)[0];
      int[] positions = new int[y.shape().elements()];
      for (int i = 0; i < positions.length; i++) {
        long distance = (long) i % columns - i / columns % rows;
        positions[i] = (upper ? distance >= k : distance <= k) ? i : -1;
      }
      Elements.gather(x, positions, zero, y);
    };
  }
}
