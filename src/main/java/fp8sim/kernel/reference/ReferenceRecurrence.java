package fp8sim.kernel.reference;

import static fp8sim.graph.Op.Recurrence.BIAS;
import static fp8sim.graph.Op.Recurrence.C;
import static fp8sim.graph.Op.Recurrence.GATES;
import static fp8sim.graph.Op.Recurrence.H;
import static fp8sim.graph.Op.Recurrence.LENGTHS;
import static fp8sim.graph.Op.Recurrence.P;
import static fp8sim.graph.Op.Recurrence.R;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.Arrays;

/**
 * One direction of LSTM, GRU or RNN. Each sample runs its own steps, from its first to its last or,
 * reversed, from its last to its first; y is 0 behind its last one. As in ONNX Runtime, all results
 * of a sample without steps are 0.
 */
final class ReferenceRecurrence {
  private final Op.Recurrence op;
  private final Step step;
  private final Binding binding;
  private final Tensor gates;
  private final int steps;
  private final int batch;
  private final int hidden;

  private ReferenceRecurrence(Step step, Binding binding) {
    this.op = (Op.Recurrence) step.op();
    this.step = step;
    this.binding = binding;
    this.gates = binding.tensor(step.input(GATES));
    this.steps = gates.shape().dim(0);
    this.batch = gates.shape().dim(1);
    this.hidden = step.input(R).shape().dim(1);
  }

  static Executable bind(Step step, Binding binding) {
    ReferenceRecurrence recurrence = new ReferenceRecurrence(step, binding);
    return parallel -> recurrence.run();
  }

  private void run() {
    RecurrentParameters parameters =
        new RecurrentParameters(
            hidden,
            Values.doubles(binding.tensor(step.input(R))),
            doubles(BIAS, op.cell().gates() * hidden),
            doubles(P, 0));
    RecurrentStep cell =
        RecurrentStep.of(op, parameters, Arithmetic.of(gates.type()), binding.floatMath());
    double[] x = Values.doubles(gates);
    double[] y = new double[steps * batch * hidden];
    double[] h = doubles(H, batch * hidden);
    double[] c = doubles(C, batch * hidden);
    int[] lengths = lengths();
    int width = op.cell().gates() * hidden;
    for (int sample = 0; sample < batch; sample++) {
      int state = sample * hidden;
      double[] ownH = Arrays.copyOfRange(h, state, state + hidden);
      double[] ownC = Arrays.copyOfRange(c, state, state + hidden);
      for (int i = 0; i < lengths[sample]; i++) {
        int t = op.reverse() ? lengths[sample] - 1 - i : i;
        int row = t * batch + sample;
        cell.advance(Arrays.copyOfRange(x, row * width, (row + 1) * width), ownH, ownC);
        System.arraycopy(ownH, 0, y, row * hidden, hidden);
      }
      if (lengths[sample] == 0) {
        Arrays.fill(ownH, 0);
        Arrays.fill(ownC, 0);
      }
      System.arraycopy(ownH, 0, h, state, hidden);
      System.arraycopy(ownC, 0, c, state, hidden);
    }
    store(0, y);
    store(1, h);
    store(2, c);
  }

  /** The elements of an optional operand; zeros if it is absent. */
  private double[] doubles(int input, int count) {
    Operand operand = step.optionalInput(input);
    return operand == null ? new double[count] : Values.doubles(binding.tensor(operand));
  }

  private int[] lengths() {
    Operand operand = step.optionalInput(LENGTHS);
    int[] lengths = new int[batch];
    Arrays.fill(lengths, steps);
    if (operand != null) {
      lengths = Values.ints(binding.tensor(operand));
    }
    for (int i = 0; i < batch; i++) {
      if (lengths[i] < 0 || lengths[i] > steps) {
        throw Fp8simException.input(
            "%s: sequence_lens of sample %d is %d, not 0 to %d"
                .formatted(step.describe(), i, lengths[i], steps));
      }
    }
    return lengths;
  }

  private void store(int output, double[] values) {
    Tensor tensor = binding.optional(step.optionalOutput(output));
    if (tensor != null) {
      Values.store(tensor, values);
    }
  }
}
