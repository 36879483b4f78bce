package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/**
 * {@code scale = (max(x, 0) - min(x, 0)) / 255}, 1 if that is zero; {@code zeroPoint =
 * rint(clamp(-min / scale, 0, 255))}; {@code y = clamp(rint(x / scale) + zeroPoint, 0, 255)}, all
 * in float32, as ONNX Runtime computes it.
 */
final class ReferenceDynamicQuantizeLinear {
  private static final int MOST = 255;

  private ReferenceDynamicQuantizeLinear() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Tensor scales = binding.optional(step.optionalOutput(1));
    Tensor zeroPoint = binding.optional(step.optionalOutput(2));
    return parallel -> {
      float[] values = x.toFloats();
      float least = 0;
      float greatest = 0;
      for (float value : values) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
      float range = (greatest - least) / MOST;
      float scale = range == 0 ? 1 : range;
      float zero = (float) Math.rint(Math.clamp(-least / scale, 0f, (float) MOST));
      Values.store(y, codes(values, scale, zero));
      if (scales != null) {
        Values.store(scales, new float[] {scale});
      }
      if (zeroPoint != null) {
        Values.store(zeroPoint, new long[] {(long) zero});
      }
    };
  }

  private static long[] codes(float[] values, float scale, float zero) {
    long[] codes = new long[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (long) Math.clamp(Math.rint(values[i] / scale) + zero, 0.0, MOST);
    }
    return codes;
  }
}
