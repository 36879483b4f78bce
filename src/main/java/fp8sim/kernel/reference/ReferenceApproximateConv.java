package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * Conv and ConvTranspose of codes. Terms are added in the order input channel, kernel row, kernel
 * column; padding contributes nothing.
 */
final class ReferenceApproximateConv {
  private final int groups;
  private final int channels;
  private final int filters;
  private final int kernelSize;
  private final SlidingWindow window;
  private final boolean transposed;

  private ReferenceApproximateConv(Op.Conv op, Shape x, Shape weight, Shape y) {
    groups = op.group();
    channels = weight.dim(1);
    filters = weight.dim(0) / groups;
    kernelSize = weight.elements(2, weight.rank());
    window = SlidingWindow.over(op.window(), x, y);
    transposed = false;
  }

  private ReferenceApproximateConv(Op.ConvTranspose op, Shape x, Shape weight, Shape y) {
    groups = op.group();
    channels = x.dim(1) / groups;
    filters = weight.dim(1);
    kernelSize = weight.elements(2, weight.rank());
    window = SlidingWindow.transposed(op.window(), x, y);
    transposed = true;
  }

  static Executable bind(Step step, ProductArithmetic arithmetic, Binding binding) {
    Tensor y = binding.tensor(step.output());
    Shape xShape = step.input(0).shape();
    Shape weight = step.input(1).shape();
    ReferenceApproximateConv conv =
        step.op() instanceof Op.Conv op
            ? new ReferenceApproximateConv(op, xShape, weight, y.shape())
            : new ReferenceApproximateConv((Op.ConvTranspose) step.op(), xShape, weight, y.shape());
    Supplier<float[]> x = Inputs.floats(step.input(0), binding);
    Supplier<float[]> w = Inputs.floats(step.input(1), binding);
    Operand bias = step.optionalInput(2);
    Supplier<float[]> b = Inputs.optionalFloats(bias, binding);
    ApproximateSums sums = new ApproximateSums(step, arithmetic, conv.channels * conv.kernelSize);
    int batch = xShape.dim(0);
    return parallel -> Values.store(y, conv.run(batch, sums, x.get(), w.get(), b.get()));
  }

  private float[] run(int batch, ApproximateSums sums, float[] x, float[] w, float[] bias) {
    int[] codesX = sums.codes(x);
    IntUnaryOperator channelOf =
        transposed
            ? i -> i / kernelSize / filters / channels * filters + i / kernelSize % filters
            : i -> i / kernelSize / channels;
    int[] codesW = sums.codes(w, channelOf);
    int outputSize = window.outputSize();
    float[] y = new float[batch * groups * filters * outputSize];
    for (int i = 0; i < y.length; i++) {
      int o = i % outputSize;
      int m = i / outputSize % (groups * filters);
      int n = i / outputSize / (groups * filters);
      sums.start(m);
      addTerms(sums, codesX, (n * groups + m / filters) * channels, codesW, m, o);
      y[i] = bias.length == 0 ? sums.result() : sums.result() + bias[m];
    }
    return y;
  }

  private void addTerms(
      ApproximateSums sums, int[] codesX, int firstChannel, int[] codesW, int m, int o) {
    for (int c = 0; c < channels; c++) {
      int plane = (firstChannel + c) * window.inputSize();
      int kernel =
          transposed
              ? ((m / filters * channels + c) * filters + m % filters) * kernelSize
              : (m * channels + c) * kernelSize;
      window.visit(o, (q, at) -> sums.add(codesX[plane + at], codesW[kernel + q]));
    }
  }
}
