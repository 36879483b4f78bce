package fp8sim.kernel.reference;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** {@code y[.., t, ..] = x[.., length - 1 - t, ..]} for t below the batch element's length. */
final class ReferenceReverseSequence {
  private ReferenceReverseSequence() {}

  static Executable bind(Op.ReverseSequence op, Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor lengths = binding.tensor(step.input(1));
    Tensor y = binding.tensor(step.output());
    Shape shape = x.shape();
    int batchStride = shape.strides()[op.batchAxis()];
    int timeStride = shape.strides()[op.timeAxis()];
    int batches = shape.dim(op.batchAxis());
    int times = shape.dim(op.timeAxis());
    return parallel -> {
      int[] length = Values.ints(lengths);
      for (int each : length) {
        requireLength(each, times, step);
      }
      for (int i = 0; i < shape.elements(); i++) {
        int t = i / timeStride % times;
        int count = length[i / batchStride % batches];
        Elements.copy(x, t < count ? i + (count - 1 - 2 * t) * timeStride : i, y, i);
      }
    };
  }

  private static void requireLength(int length, int times, Step step) {
    if (length < 0 || length > times) {
      throw Fp8simException.input(
          "%s: a sequence of length %d on a time axis of %d; check the input values"
              .formatted(step.describe(), length, times));
    }
  }
}
