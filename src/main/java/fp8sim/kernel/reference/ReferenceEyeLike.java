package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** {@code y[i, j] = 1} where {@code j - i = k}, else 0. */
final class ReferenceEyeLike {
  private ReferenceEyeLike() {}

  static Executable bind(Op.EyeLike op, Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    Tensor one = Tensor.zeros(y.type(), Shape.of(1));
    if (y.type().isFloating()) {
      Values.store(one, new double[] {1});
    } else {
      Values.store(one, new long[] {1});
    }
    int columns = y.shape().dim(1);
    return parallel -> {
      y.data().fill((byte) 0);
      for (int row = 0; row < y.shape().dim(0); row++) {
        long column = (long) row + op.k();
        if (column >= 0 && column < columns) {
          Elements.copy(one, 0, y, row * columns + (int) column);
        }
      }
    };
  }
}
