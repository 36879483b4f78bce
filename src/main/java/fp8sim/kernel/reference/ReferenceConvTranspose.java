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
 * {@code y[n,m,at(q,i)] = sum over c, q, i of x[n,c,i] * w[c,m,q], + bias[m]}: the window of a
 * convolution slides over the output. Terms of an output are added in the order c, q.
 */
final class ReferenceConvTranspose {
  private final int batch;
  private final int groups;
  private final int channels;
  private final int filters;
  private final int kernelSize;
  private final SlidingWindow window;

  private ReferenceConvTranspose(Op.ConvTranspose op, Shape x, Shape weight, Shape y) {
    batch = x.dim(0);
    groups = op.group();
    channels = x.dim(1) / groups;
    filters = weight.dim(1);
    kernelSize = weight.elements(2, weight.rank());
    window = SlidingWindow.transposed(op.window(), x, y);
  }

  static Executable bind(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    ReferenceConvTranspose conv =
        new ReferenceConvTranspose(
            (Op.ConvTranspose) step.op(), step.input(0).shape(), step.input(1).shape(), y.shape());
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
    float[] y = new float[batch * groups * filters * window.outputSize()];
    FloatSum sum = new FloatSum(x, w, fused);
    for (int i = 0; i < y.length; i++) {
      int plane = i / window.outputSize();
      int m = plane % (groups * filters);
      sum.value = 0f;
      for (int c = 0; c < channels; c++) {
        sum.plane = (plane / filters * channels + c) * window.inputSize();
        sum.weight = weight(m, c);
        window.visit(i % window.outputSize(), sum);
      }
      y[i] = bias == null ? sum.value : sum.value + bias[m];
    }
    return y;
  }

  /** Where the weights of an output channel and an input channel of its group start. */
  private int weight(int m, int c) {
    return ((m / filters * channels + c) * filters + m % filters) * kernelSize;
  }

  /** Adds the products of the elements under a window with their weights. */
  private static final class FloatSum implements SlidingWindow.Visitor {
    private final float[] x;
    private final float[] w;
    private final boolean fused;
    private int plane;
    private int weight;
    private float value;

    FloatSum(float[] x, float[] w, boolean fused) {
      this.x = x;
      this.w = w;
      this.fused = fused;
    }

    @Override
    public void visit(int q, int at) {
      float factor = w[weight + q];
      value = fused ? Math.fma(x[plane + at], factor, value) : x[plane + at] * factor + value;
    }
  }

  private double[] run(double[] x, double[] w, double @Nullable [] bias) {
    double[] y = new double[batch * groups * filters * window.outputSize()];
    for (int i = 0; i < y.length; i++) {
      int output = i;
      int plane = i / window.outputSize();
      int m = plane % (groups * filters);
      for (int c = 0; c < channels; c++) {
        int from = (plane / filters * channels + c) * window.inputSize();
        int weights = weight(m, c);
        window.visit(
            i % window.outputSize(), (q, at) -> y[output] += x[from + at] * w[weights + q]);
      }
      if (bias != null) {
        y[i] += bias[m];
      }
    }
    return y;
  }
}
