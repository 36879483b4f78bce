package fp8sim.kernel.reference;

import fp8sim.graph.ConvTranspose;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code y[n,m,at(q,i)] = sum over c, q, i of x[n,c,i] * w[c,m,q], + bias[m]}: the window of a
 * convolution slides over the output.
 */
final class ReferenceConvTranspose {
  private final int batch;
  private final int groups;
  private final int channels;
  private final int filters;
  private final SlidingWindow window;

  private ReferenceConvTranspose(ConvTranspose op, Shape x, Shape weight, Shape y) {
    batch = x.dim(0);
    groups = op.group();
    channels = x.dim(1) / groups;
    filters = weight.dim(1);
    window = new SlidingWindow(op.window(), y, x);
  }

  static Executable bind(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    ReferenceConvTranspose conv =
        new ReferenceConvTranspose(
            (ConvTranspose) step.op(), step.input(0).shape(), step.input(1).shape(), y.shape());
    Operand bias = step.optionalInput(2);
    if (y.type() == DataType.DOUBLE) {
      Supplier<double[]> x = Inputs.doubles(step.input(0), binding);
      Supplier<double[]> w = Inputs.doubles(step.input(1), binding);
      Supplier<double[]> b = bias == null ? null : Inputs.doubles(bias, binding);
      return parallel -> Values.store(y, conv.run(x.get(), w.get(), b == null ? null : b.get()));
    }
    Supplier<float[]> x = Inputs.floats(step.input(0), binding);
    Supplier<float[]> w = Inputs.floats(step.input(1), binding);
    Supplier<float[]> b = bias == null ? null : Inputs.floats(bias, binding);
    boolean fused = binding.floatMath() == FloatMath.FUSED;
    return parallel ->
        Values.store(y, conv.run(x.get(), w.get(), b == null ? null : b.get(), fused));
  }

  private float[] run(float[] x, float[] w, float @Nullable [] bias, boolean fused) {
    int size = window.inputSize();
    float[] y = new float[batch * groups * filters * size];
    for (int plane = 0; plane < batch * groups * filters; plane++) {
      int m = plane % (groups * filters);
      int firstChannel = plane / filters * channels;
      for (int c = 0; c < channels; c++) {
        int weight = ((m / filters * channels + c) * filters + m % filters) * window.kernelSize();
        for (int q = 0; q < window.kernelSize(); q++) {
          addScaled(y, plane * size, x, firstChannel + c, w[weight + q], q, fused);
        }
      }
      if (bias != null) {
        for (int i = 0; i < size; i++) {
          y[plane * size + i] += bias[m];
        }
      }
    }
    return y;
  }

  /** Adds one input channel times one kernel element to the outputs that it reaches. */
  private void addScaled(
      float[] y, int plane, float[] x, int channel, float weight, int q, boolean fused) {
    for (int i = 0; i < window.outputSize(); i++) {
      int at = window.at(q, i);
      if (at >= 0) {
        float value = x[channel * window.outputSize() + i];
        y[plane + at] =
            fused ? Math.fma(value, weight, y[plane + at]) : value * weight + y[plane + at];
      }
    }
  }

  private double[] run(double[] x, double[] w, double @Nullable [] bias) {
    int size = window.inputSize();
    double[] y = new double[batch * groups * filters * size];
    for (int plane = 0; plane < batch * groups * filters; plane++) {
      int m = plane % (groups * filters);
      for (int c = 0; c < channels; c++) {
        int channel = plane / filters * channels + c;
        int weight = ((m / filters * channels + c) * filters + m % filters) * window.kernelSize();
        for (int q = 0; q < window.kernelSize(); q++) {
          for (int i = 0; i < window.outputSize(); i++) {
            int at = window.at(q, i);
            if (at >= 0) {
              y[plane * size + at] += x[channel * window.outputSize() + i] * w[weight + q];
            }
          }
        }
      }
      for (int i = 0; bias != null && i < size; i++) {
        y[plane * size + i] += bias[m];
      }
    }
    return y;
  }
}
