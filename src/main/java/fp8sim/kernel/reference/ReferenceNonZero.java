package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** {@code y[a,i]} is the position along axis {@code a} of the i-th element that is not zero. */
final class ReferenceNonZero {
  private ReferenceNonZero() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    return parallel -> Values.store(y, indices(x, y.shape().dim(1)));
  }

  private static long[] indices(Tensor x, int count) {
    double[] values = Values.doubles(x);
    int rank = x.shape().rank();
    int[] strides = x.shape().strides();
    long[] indices = new long[Math.max(1, rank) * count];
    int found = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        for (int axis = 0; axis < rank; axis++) {
          indices[axis * count + found] = i / strides[axis] % x.shape().dim(axis);
        }
        found++;
      }
    }
    return indices;
  }
}
