package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/**
 * {@code values[1]} where the position along the new axis is the index, else {@code values[0]}.
 * Negative indices count from the end; those outside match no position.
 */
final class ReferenceOneHot {
  private ReferenceOneHot() {}

  static Executable bind(Op.OneHot op, Step step, Binding binding) {
    Tensor indices = binding.tensor(step.input(0));
    Tensor values = binding.tensor(step.input(2));
    Tensor y = binding.tensor(step.output());
    int depth = y.shape().dim(op.axis());
    int run = y.shape().elements(op.axis() + 1, y.shape().rank());
    return parallel -> {
      long[] index = positions(indices, depth);
      for (int i = 0; i < y.shape().elements(); i++) {
        long wanted = index[i / run / depth * run + i % run];
        Elements.copy(values, wanted == i / run % depth ? 1 : 0, y, i);
      }
    };
  }

  private static long[] positions(Tensor indices, int depth) {
    long[] positions = new long[indices.shape().elements()];
    if (indices.type().isFloating()) {
      double[] numbers = Values.doubles(indices);
      for (int i = 0; i < positions.length; i++) {
        positions[i] = (long) numbers[i];
      }
    } else {
      positions = Values.longs(indices);
    }
    for (int i = 0; i < positions.length; i++) {
      positions[i] += positions[i] < 0 ? depth : 0;
    }
    return positions;
  }
}
