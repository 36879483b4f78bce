package fp8sim.kernel.reference;

import fp8sim.graph.Conv;
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
 * {@code y[n,m,o] = sum over c, q of x[n,c,at(q,o)] * w[m,c,q], + bias[m]}, c over the input
 * channels of m's group.
 */
final class ReferenceConv {
  private final int batch;
  private final int groups;
  private final int channels;
  private final int filters;
  private final SlidingWindow window;

  private ReferenceConv(Conv op, Shape x, Shape weight, Shape y) {
    batch = x.dim(0);
    groups = op.group();
    channels = weight.dim(1);
    filters = weight.dim(0) / groups;
    window = new SlidingWindow(op.window(), x, y);
  }

  static Executable bind(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    ReferenceConv conv =
        new ReferenceConv(
            (Conv) step.op(), step.input(0).shape(), step.input(1).shape(), y.shape());
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
    FloatMath floatMath = binding.floatMath();
    return parallel ->
        Values.store(y, conv.run(x.get(), w.get(), b == null ? null : b.get(), floatMath));
  }

  /** As a matrix product {@code weights [filters, c*q] * patches [c*q, o]} for each group. */
  private float[] run(float[] x, float[] w, float @Nullable [] bias, FloatMath floatMath) {
    int outputs = window.outputSize();
    int terms = channels * window.kernelSize();
    float[] y = new float[batch * groups * filters * outputs];
    float[] patches = new float[terms * outputs];
    float[] weights = new float[filters * terms];
    float[] product = new float[filters * outputs];
    for (int n = 0; n < batch; n++) {
      for (int g = 0; g < groups; g++) {
        fillPatches(x, (n * groups + g) * channels, patches);
        System.arraycopy(w, g * weights.length, weights, 0, weights.length);
        FloatProduct.multiply(weights, patches, product, filters, terms, outputs, floatMath);
        if (bias != null) {
          addBias(product, bias, g * filters);
        }
        System.arraycopy(product, 0, y, (n * groups + g) * product.length, product.length);
      }
    }
    return y;
  }

  private void fillPatches(float[] x, int firstChannel, float[] patches) {
    int i = 0;
    for (int c = 0; c < channels; c++) {
      int plane = (firstChannel + c) * window.inputSize();
      for (int q = 0; q < window.kernelSize(); q++) {
        for (int o = 0; o < window.outputSize(); o++) {
          int at = window.at(q, o);
          patches[i++] = at < 0 ? 0f : x[plane + at];
        }
      }
    }
  }

  private void addBias(float[] product, float[] bias, int firstFilter) {
    int outputs = window.outputSize();
    for (int m = 0; m < filters; m++) {
      for (int o = 0; o < outputs; o++) {
        product[m * outputs + o] += bias[firstFilter + m];
      }
    }
  }

  private double[] run(double[] x, double[] w, double @Nullable [] bias) {
    int outputs = window.outputSize();
    double[] y = new double[batch * groups * filters * outputs];
    for (int i = 0; i < y.length; i++) {
      int o = i % outputs;
      int m = i / outputs % (groups * filters);
      int n = i / outputs / (groups * filters);
      y[i] = sum(x, (n * groups + m / filters) * channels, w, m, o);
      if (bias != null) {
        y[i] += bias[m];
      }
    }
    return y;
  }

  private double sum(double[] x, int firstChannel, double[] w, int m, int o) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      for (int q = 0; q < window.kernelSize(); q++) {
        int at = window.at(q, o);
        if (at >= 0) {
          sum +=
              x[(firstChannel + c) * window.inputSize() + at]
                  * w[(m * channels + c) * window.kernelSize() + q];
        }
      }
    }
    return sum;
  }
}
