package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.Supplier;

/**
 * {@code y = x * alpha + (bias - mean * alpha)} per channel, {@code alpha = scale * (1 /
 * sqrt(variance + epsilon))}.
 */
final class ReferenceBatchNormalization {
  private ReferenceBatchNormalization() {}

  static Executable bind(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Supplier<double[]> scale = Inputs.doubles(step.input(1), binding);
    Supplier<double[]> bias = Inputs.doubles(step.input(2), binding);
    Supplier<double[]> mean = Inputs.doubles(step.input(3), binding);
    Supplier<double[]> variance = Inputs.doubles(step.input(4), binding);
    double epsilon = ((Op.BatchNormalization) step.op()).epsilon();
    Arithmetic a = Arithmetic.of(x.type());
    Shape shape = x.shape();
    int channels = scale.get().length;
    int size = shape.rank() < 2 ? 1 : shape.elements(2, shape.rank());
    return parallel -> {
      double[] alpha = new double[channels];
      double[] beta = new double[channels];
      for (int c = 0; c < channels; c++) {
        alpha[c] =
            a.multiply(scale.get()[c], a.divide(1, a.sqrt(a.add(variance.get()[c], epsilon))));
        beta[c] = a.subtract(bias.get()[c], a.multiply(mean.get()[c], alpha[c]));
      }
      double[] values = Values.doubles(x);
      for (int i = 0; i < values.length; i++) {
        int c = i / size % channels;
        values[i] = a.add(a.multiply(values[i], alpha[c]), beta[c]);
      }
      Values.store(y, values);
    };
  }
}
