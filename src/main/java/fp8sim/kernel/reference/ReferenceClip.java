package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** {@code y[i] = min(max(x[i], low), high)}; NaN stays. */
final class ReferenceClip {
  private ReferenceClip() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor low = binding.optional(step.optionalInput(1));
    Tensor high = binding.optional(step.optionalInput(2));
    Tensor y = binding.tensor(step.output());
    if (x.type().isFloating()) {
      return parallel -> clip(x, low, high, y);
    }
    return parallel -> clipIntegers(x, low, high, y);
  }

  private static void clip(Tensor x, @Nullable Tensor low, @Nullable Tensor high, Tensor y) {
    double[] values = Values.doubles(x);
    double min = low == null ? Double.NEGATIVE_INFINITY : Values.doubles(low)[0];
    double max = high == null ? Double.POSITIVE_INFINITY : Values.doubles(high)[0];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(Math.max(values[i], min), max);
    }
    Values.store(y, values);
  }

  private static void clipIntegers(
      Tensor x, @Nullable Tensor low, @Nullable Tensor high, Tensor y) {
    // Flipping the top bit makes the order of unsigned numbers that of signed ones.
    long flip = x.type() == DataType.UINT64 ? Long.MIN_VALUE : 0;
    long[] values = Values.longs(x);
    long min = low == null ? Long.MIN_VALUE : Values.longs(low)[0] ^ flip;
    long max = high == null ? Long.MAX_VALUE : Values.longs(high)[0] ^ flip;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(Math.max(values[i] ^ flip, min), max) ^ flip;
    }
    Values.store(y, values);
  }
}
