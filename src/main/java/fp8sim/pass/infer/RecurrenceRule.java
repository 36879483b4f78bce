package fp8sim.pass.infer;

import static fp8sim.graph.Op.Recurrence.BIAS;
import static fp8sim.graph.Op.Recurrence.C;
import static fp8sim.graph.Op.Recurrence.GATES;
import static fp8sim.graph.Op.Recurrence.H;
import static fp8sim.graph.Op.Recurrence.LENGTHS;
import static fp8sim.graph.Op.Recurrence.P;
import static fp8sim.graph.Op.Recurrence.R;

import fp8sim.graph.Op;
import fp8sim.graph.RecurrentCell;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Types of the recurrences of LSTM, GRU and RNN. */
final class RecurrenceRule {
  /** Blocks of the peephole weights: i, o, f. */
  private static final int PEEPHOLES = 3;

  private RecurrenceRule() {}

  static Inferred infer(Op.Recurrence op, Operands in) {
    in.requireFloating(GATES);
    in.requireSameType(R, BIAS, H, C, P);
    in.requireRank(GATES, "the product of X and W", 3, 3);
    in.requireRank(R, "R", 2, 2);
    int steps = in.shape(GATES).dim(0);
    int batch = in.shape(GATES).dim(1);
    int hidden = in.shape(R).dim(1);
    if (op.hiddenSize() != 0 && op.hiddenSize() != hidden) {
      throw in.error("hidden_size is %d, but R has %d columns".formatted(op.hiddenSize(), hidden));
    }
    int rows = Math.multiplyExact(op.cell().gates(), hidden);
    in.requireShape(R, "R", Shape.of(rows, hidden));
    if (in.shape(GATES).dim(2) != rows) {
      throw in.error("W has %d rows, R has %d".formatted(in.shape(GATES).dim(2), rows));
    }
    require(in, BIAS, "B", Shape.of(rows));
    require(in, LENGTHS, "sequence_lens", Shape.of(batch));
    if (in.has(LENGTHS)) {
      in.requireType(LENGTHS, DataType.INT32);
    }
    require(in, H, "initial_h", Shape.of(batch, hidden));
    require(in, C, "initial_c", Shape.of(batch, hidden));
    require(in, P, "P", Shape.of(Math.multiplyExact(PEEPHOLES, hidden)));
    DataType type = in.element(GATES);
    TensorType state = new TensorType(type, Shape.of(batch, hidden));
    List<TensorType> outputs = new ArrayList<>();
    outputs.add(new TensorType(type, Shape.of(steps, batch, hidden)));
    outputs.add(state);
    if (op.cell() == RecurrentCell.LSTM) {
      outputs.add(state);
    }
    return new Inferred(op, in.names(), outputs);
  }

  private static void require(Operands in, int input, String role, Shape shape) {
    if (in.has(input)) {
      in.requireShape(input, role, shape);
    }
  }
}
