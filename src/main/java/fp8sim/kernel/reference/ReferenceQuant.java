package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/**
 * QONNX's Quant, {@code (round(clamp(x / scale + zero)) - zero) * scale}, and FloatQuant, {@code
 * clamp(round(x / scale / step) * step) * scale}; quotient, sum and product in float32. NaN stays
 * NaN; zero is +0, as what a quantizer gives.
 */
final class ReferenceQuant {
  @FunctionalInterface
  private interface Function {
    float apply(float x, float scale, float second, float third);
  }

  private ReferenceQuant() {}

  static Executable integers(Op.Quant op, Step step, Binding binding) {
    double least = op.least();
    double greatest = op.greatest();
    return bind(
        step,
        binding,
        (x, scale, zero, _) -> {
          double limited = Math.min(Math.max(x / scale + zero, least), greatest);
          return ((float) op.rounding().round(limited) - zero) * scale;
        });
  }

  static Executable minifloats(Op.FloatQuant op, Step step, Binding binding) {
    int m = op.mantissaBits();
    double maxExponent = Math.scalb(1.0, op.exponentBits()) - 1;
    double maxFraction = 2 - Math.scalb(1.0, -m);
    return bind(
        step,
        binding,
        (x, scale, bias, given) -> {
          float r = x / scale;
          int exponent = Math.max(Math.getExponent((double) r), 1 - (int) bias);
          double top = Math.min(maxFraction * Math.scalb(1.0, (int) (maxExponent - bias)), given);
          if (Float.isNaN(r) || Float.isInfinite(r)) {
            return (float) limited(r, top) * scale;
          }
          double steps = op.rounding().round(Math.scalb((double) r, m - exponent));
          return (float) limited(Math.scalb(steps, exponent - m), top) * scale;
        });
  }

  /** As NumPy clips, whatever the limit is. */
  private static double limited(double value, double top) {
    return Math.min(Math.max(value, -top), top);
  }

  private static Executable bind(Step step, Binding binding, Function function) {
    Tensor x = binding.tensor(step.input(0));
    Tensor scale = binding.tensor(step.input(1));
    Tensor second = binding.tensor(step.input(2));
    Tensor third = step.inputs().size() > 3 ? binding.tensor(step.input(3)) : second;
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      Broadcast ofScale = Broadcast.of(scale.shape(), y.shape());
      Broadcast ofSecond = Broadcast.of(second.shape(), y.shape());
      Broadcast ofThird = Broadcast.of(third.shape(), y.shape());
      float[] values = Values.floats(x);
      float[] scales = Values.floats(scale);
      float[] seconds = Values.floats(second);
      float[] thirds = Values.floats(third);
      float[] result = new float[values.length];
      for (int i = 0; i < result.length; i++) {
        result[i] =
            function.apply(
                    values[i],
                    scales[ofScale.at(i)],
                    seconds[ofSecond.at(i)],
                    thirds[ofThird.at(i)])
                + 0f;
      }
      Values.store(y, result);
    };
  }
}
