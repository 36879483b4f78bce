package fp8sim.kernel.reference;

import fp8sim.format.E8M0;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Integers: {@code y = saturate(rint(x / scale) + zeroPoint)}; FP8 and FP4: {@code y = cast(x /
 * scale)}. The division is in float32.
 */
final class ReferenceQuantizeLinear {
  private ReferenceQuantizeLinear() {}

  static Executable bind(Step step, Binding binding) {
    Op.QuantizeLinear op = (Op.QuantizeLinear) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor scale = binding.tensor(step.input(1));
    Tensor zeroPoint = binding.optional(step.optionalInput(2));
    Tensor y = binding.tensor(step.output());
    int[] parameters =
        QuantizationGrid.parameters(x.shape(), scale.shape(), op.axis(), op.blockSize());
    return parallel -> {
      double[] ratios = ratios(Values.doubles(x), Values.floats(scale), parameters);
      if (y.type().isSmallFloat()) {
        Values.storeSmall(y, ratios, op.saturate(), E8M0.RoundMode.UP);
      } else {
        Values.store(y, toIntegers(ratios, zeroPoint, parameters, y.type()));
      }
    };
  }

  private static double[] ratios(double[] x, float[] scale, int[] parameters) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) x[i] / scale[parameters[i]];
    }
    return x;
  }

  private static long[] toIntegers(
      double[] ratios, @Nullable Tensor zeroPoint, int[] parameters, DataType type) {
    int bits = type.bits();
    long min = type.isUnsigned() ? 0 : -(1L << (bits - 1));
    long max = min + (1L << bits) - 1;
    long[] zeros = zeroPoint == null ? null : Values.longs(zeroPoint);
    long[] y = new long[ratios.length];
    for (int i = 0; i < y.length; i++) {
      long zero = zeros == null ? 0 : zeros[parameters[i]];
      y[i] = (long) Math.clamp(Math.rint(ratios[i]) + zero, (double) min, (double) max);
    }
    return y;
  }
}
