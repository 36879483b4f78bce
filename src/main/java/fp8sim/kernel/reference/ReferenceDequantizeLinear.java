package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** {@code y = (x - zeroPoint) * scale} in float32; the difference of integers is exact. */
final class ReferenceDequantizeLinear {
  private ReferenceDequantizeLinear() {}

  static Executable bind(Step step, Binding binding) {
    Op.DequantizeLinear op = (Op.DequantizeLinear) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor scale = binding.tensor(step.input(1));
    Tensor zeroPoint = binding.optional(step.optionalInput(2));
    Tensor y = binding.tensor(step.output());
    int[] parameters =
        QuantizationGrid.parameters(x.shape(), scale.shape(), op.axis(), op.blockSize());
    return parallel -> {
      double[] values = Values.doubles(x);
      double[] zeros = zeroPoint == null ? null : Values.doubles(zeroPoint);
      double[] scales = Values.doubles(scale);
      float[] result = new float[values.length];
      for (int i = 0; i < result.length; i++) {
        double zero = zeros == null ? 0 : zeros[parameters[i]];
        result[i] = (float) (values[i] - zero) * (float) scales[parameters[i]];
      }
      Values.store(y, result);
    };
  }
}
