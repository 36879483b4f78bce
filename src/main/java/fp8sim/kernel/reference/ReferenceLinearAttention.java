package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * For each token t in turn, with a state S of K rows and V columns for each head: {@code S[d,m] *=
 * decay[d]}; {@code u[m] = beta * (v[m] - sum over d of S[d,m] * k[d])}, or {@code v[m]} without
 * beta; {@code S[d,m] += k[d] * u[m]}; {@code y[m] = scale * sum over d of q[d] * S[d,m]}. float32;
 * every product and sum is rounded, sums in index order from 0.
 */
final class ReferenceLinearAttention {
  /** Elements of the operands; {@code decay} and {@code beta} null without. */
  private record Operands(
      float[] q, float[] k, float[] v, float @Nullable [] decay, float @Nullable [] beta) {}

  private final Shape keys;
  private final int width;
  private final int sharing;
  private final float scale;
  private final Operands operands;

  private ReferenceLinearAttention(
      Shape keys, int width, int sharing, float scale, Operands operands) {
    this.keys = keys;
    this.width = width;
    this.sharing = sharing;
    this.scale = scale;
    this.operands = operands;
  }

  static Executable bind(Op.LinearAttention op, Step step, Binding binding) {
    Tensor q = binding.tensor(step.input(0));
    Tensor k = binding.tensor(step.input(1));
    Tensor v = binding.tensor(step.input(2));
    Tensor past = binding.tensor(step.input(3));
    Tensor decay = binding.optional(step.optionalInput(4));
    Tensor beta = binding.optional(step.optionalInput(5));
    Tensor y = binding.tensor(step.output());
    Tensor present = binding.optional(step.optionalOutput(1));
    int sharing = q.shape().dim(1) / k.shape().dim(1);
    return parallel -> {
      Operands operands =
          new Operands(
              q.toFloats(),
              k.toFloats(),
              v.toFloats(),
              decay == null ? null : decay.toFloats(),
              beta == null ? null : beta.toFloats());
      float[] state = past.toFloats();
      float[] results = new float[y.shape().elements()];
      ReferenceLinearAttention heads =
          new ReferenceLinearAttention(k.shape(), v.shape().dim(3), sharing, op.scale(), operands);
      parallel.run(k.shape().elements(0, 2), (head, worker) -> heads.run(head, state, results));
      Values.store(y, results);
      if (present != null) {
        Values.store(present, state);
      }
    };
  }

  private void run(int head, float[] state, float[] y) {
    int tokens = keys.dim(2);
    float[] update = new float[width];
    for (int t = 0; t < tokens; t++) {
      int row = head * tokens + t;
      decay(head, row, state);
      update(head, row, state, update);
      write(head, row, state, update);
      for (int i = 0; i < sharing; i++) {
        read((head * sharing + i) * tokens + t, head, state, y);
      }
    }
  }

  private int depth() {
    return keys.dim(3);
  }

  private int at(int head, int d, int m) {
    return (head * depth() + d) * width + m;
  }

  private void decay(int head, int row, float[] state) {
    float[] decay = operands.decay();
    if (decay == null) {
      return;
    }
    int factors = decay.length / keys.elements(0, 3);
    for (int d = 0; d < depth(); d++) {
      float factor = decay[row * factors + (factors == 1 ? 0 : d)];
      for (int m = 0; m < width; m++) {
        state[at(head, d, m)] *= factor;
      }
    }
  }

  private void update(int head, int row, float[] state, float[] update) {
    float[] beta = operands.beta();
    for (int m = 0; m < width; m++) {
      float value = operands.v()[row * width + m];
      if (beta != null) {
        float known = 0;
        for (int d = 0; d < depth(); d++) {
          known += state[at(head, d, m)] * operands.k()[row * depth() + d];
        }
        value = beta[row] * (value - known);
      }
      update[m] = value;
    }
  }

  private void write(int head, int row, float[] state, float[] update) {
    for (int d = 0; d < depth(); d++) {
      float key = operands.k()[row * depth() + d];
      for (int m = 0; m < width; m++) {
        state[at(head, d, m)] += key * update[m];
      }
    }
  }

  private void read(int row, int head, float[] state, float[] y) {
    for (int m = 0; m < width; m++) {
      float sum = 0;
      for (int d = 0; d < depth(); d++) {
        sum += operands.q()[row * depth() + d] * state[at(head, d, m)];
      }
      y[row * width + m] = scale * sum;
    }
  }
}
