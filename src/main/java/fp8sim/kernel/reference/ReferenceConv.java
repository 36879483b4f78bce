package fp8sim.kernel.reference;

import fp8sim.graph.Op;
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
  /** Elements of patches that are multiplied at once, unless one position has more. */
  private static final int PATCHES = 1 << 20;

  private final int batch;
  private final int groups;
  private final int channels;
  private final int filters;
  private final int kernelSize;
  private final SlidingWindow window;

  private ReferenceConv(Op.Conv op, Shape x, Shape weight, Shape y) {
    batch = x.dim(0);
    groups = op.group();
    channels = weight.dim(1);
    filters = weight.dim(0) / groups;
    kernelSize = weight.elements(2, weight.rank());
    window = SlidingWindow.over(op.window(), x, y);
  }

  static Executable bind(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    ReferenceConv conv =
        new ReferenceConv(
            (Op.Conv) step.op(), step.input(0).shape(), step.input(1).shape(), y.shape());
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

  /**
   * As matrix products {@code weights [filters, c*q] * patches [c*q, o]} for each group and some
   * output positions.
   */
  private float[] run(float[] x, float[] w, float @Nullable [] bias, FloatMath floatMath) {
    int outputs = window.outputSize();
    int terms = channels * kernelSize;
    float[] y = new float[batch * groups * filters * outputs];
    float[] weights = new float[filters * terms];
    int most = Math.clamp(PATCHES / Math.max(1, Math.max(terms, filters)), 1, Math.max(1, outputs));
    for (int n = 0; n < batch; n++) {
      for (int g = 0; g < groups; g++) {
        System.arraycopy(w, g * weights.length, weights, 0, weights.length);
        for (int o = 0; o < outputs; o += most) {
          int count = Math.min(most, outputs - o);
          float[] patches = patches(x, (n * groups + g) * channels, o, count);
          float[] product = new float[filters * count];
          FloatProduct.multiply(weights, patches, product, filters, terms, count, floatMath);
          for (int m = 0; m < filters; m++) {
            int to = ((n * groups + g) * filters + m) * outputs + o;
            System.arraycopy(product, m * count, y, to, count);
          }
        }
      }
    }
    if (bias != null) {
      addBias(y, bias);
    }
    return y;
  }

  /** What {@code count} positions from {@code first} on see; padding is zero. */
  private float[] patches(float[] x, int firstChannel, int first, int count) {
    float[] patches = new float[channels * kernelSize * count];
    int size = window.inputSize();
    for (int i = 0; i < count; i++) {
      int column = i;
      window.visit(
          first + i,
          (q, at) -> {
            for (int c = 0; c < channels; c++) {
              patches[(c * kernelSize + q) * count + column] = x[(firstChannel + c) * size + at];
            }
          });
    }
    return patches;
  }

  private void addBias(float[] y, float[] bias) {
    int outputs = window.outputSize();
    for (int i = 0; i < y.length; i++) {
      y[i] += bias[i / outputs % bias.length];
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
    double[] sum = {0};
    for (int c = 0; c < channels; c++) {
      int plane = (firstChannel + c) * window.inputSize();
      int weights = (m * channels + c) * kernelSize;
      window.visit(o, (q, at) -> sum[0] += x[plane + at] * w[weights + q]);
    }
    return sum[0];
  }
}
