package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Conv of codes in blocks of channels. Blocks are added in the order block of channels, kernel row,
 * kernel column; padding contributes nothing.
 */
final class ReferenceBlockedConv {
  private final Shape x;
  private final Shape weight;
  private final int groups;
  private final int channels;
  private final int filters;
  private final int kernelSize;
  private final SlidingWindow window;
  private final BlockedSums sums;

  private ReferenceBlockedConv(Step step, ProductArithmetic arithmetic, Shape y) {
    Op.Conv op = (Op.Conv) step.op();
    x = step.input(0).shape();
    weight = step.input(1).shape();
    groups = op.group();
    channels = weight.dim(1);
    filters = weight.dim(0) / groups;
    kernelSize = weight.elements(2, weight.rank());
    window = SlidingWindow.over(op.window(), x, y);
    sums = new BlockedSums(step, arithmetic, channels);
  }

  static Executable bind(Step step, ProductArithmetic arithmetic, Binding binding) {
    Tensor y = binding.tensor(step.output());
    ReferenceBlockedConv conv = new ReferenceBlockedConv(step, arithmetic, y.shape());
    Supplier<float[]> x = Inputs.floats(step.input(0), binding);
    Supplier<float[]> w = Inputs.floats(step.input(1), binding);
    Operand bias = step.optionalInput(2);
    Supplier<float[]> b = Inputs.optionalFloats(bias, binding);
    return parallel -> Values.store(y, conv.run(x.get(), w.get(), b.get()));
  }

  private float[] run(float[] valuesX, float[] valuesW, float[] bias) {
    BlockedOperand codesX = sums.left(x, valuesX);
    BlockedOperand codesW = sums.right(weight, valuesW, i -> i / kernelSize / channels);
    int outputs = window.outputSize();
    float[] y = new float[x.dim(0) * groups * filters * outputs];
    for (int i = 0; i < y.length; i++) {
      int m = i / outputs % (groups * filters);
      int n = i / outputs / (groups * filters);
      float sum = sum(codesX, codesW, n, m, i % outputs);
      y[i] = bias.length == 0 ? sum : sum + bias[m];
    }
    return y;
  }

  private float sum(BlockedOperand codesX, BlockedOperand codesW, int n, int m, int o) {
    sums.start(m);
    int size = window.inputSize();
    // Blocks of x are counted over all groups, those of w within a group.
    int firstChannel = m / filters * channels;
    int end;
    for (int c = 0; c < channels; c = end) {
      int endX = codesX.blockEnd(firstChannel + c, firstChannel + channels) - firstChannel;
      end = Math.min(endX, codesW.blockEnd(c, channels));
      int first = c;
      int last = end;
      int plane = (n * groups * channels + firstChannel) * size;
      window.visit(
          o,
          (q, at) -> {
            for (int term = first; term < last; term++) {
              int weightAt = (m * channels + term) * kernelSize + q;
              sums.add(codesX.codes()[plane + term * size + at], codesW.codes()[weightAt]);
            }
            sums.endBlock(
                codesX.scales()[plane + first * size + at],
                codesW.scales()[(m * channels + first) * kernelSize + q]);
          });
    }
    return sums.result();
  }
}
