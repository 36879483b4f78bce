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
 * Integers: {@code y = saturate(rint(x / scale) + zeroPoint)}; FP8: {@code y = cast(x / scale)}, as
 * its zero point is 0; FP4: {@code y = cast(x / scale + zeroPoint)}. The division is in float32, as
 * ONNX Runtime's, or in the operator's own precision, to which x and scale are rounded first.
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
      double[] ratios =
          ratios(Values.doubles(x), Values.doubles(scale), parameters, op.precision());
      double[] zeros = zeroPoint == null ? null : Values.doubles(zeroPoint);
      if (y.type().isFloating()) {
        if (y.type() == DataType.FLOAT4E2M1) {
          shift(ratios, zeros, parameters);
        }
        Values.storeSmall(y, ratios, op.saturate(), E8M0.RoundMode.UP);
      } else {
        Values.store(y, toIntegers(ratios, zeros, parameters, y.type()));
      }
    };
  }

  private static double[] ratios(double[] x, double[] scale, int[] parameters, DataType precision) {
    double[] dividend = Values.rounded(x, precision);
    double[] divisor = Values.rounded(scale, precision);
    double[] ratios = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      ratios[i] = dividend[i] / divisor[parameters[i]];
    }
    // float64 has more than twice the bits of the others: its quotients round as if once.
    return Values.rounded(ratios, precision);
  }

  private static void shift(double[] ratios, double @Nullable [] zeros, int[] parameters) {
    for (int i = 0; i < ratios.length && zeros != null; i++) {
      ratios[i] = (float) (ratios[i] + zeros[parameters[i]]);
    }
  }

  private static long[] toIntegers(
      double[] ratios, double @Nullable [] zeros, int[] parameters, DataType type) {
    int bits = type.bits();
    long min = type.isUnsigned() ? 0 : -(1L << (bits - 1));
    long max = min + (1L << bits) - 1;
    long[] y = new long[ratios.length];
    for (int i = 0; i < y.length; i++) {
      double zero = zeros == null ? 0 : zeros[parameters[i]];
      y[i] = (long) Math.clamp(Math.rint(ratios[i]) + zero, (double) min, (double) max);
    }
    return y;
  }
}
