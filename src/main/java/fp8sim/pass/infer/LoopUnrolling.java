package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Writes out the iterations of a Loop whose number does not depend on computed values. */
final class LoopUnrolling {
  private final Node node;
  private final Op.Body body;
  private final Unrolling unrolling;
  private final InferenceState state;
  private final Operands operands;
  private final int states;
  private final List<List<String>> rows = new ArrayList<>();

  LoopUnrolling(Node node, Op.Loop op, Unrolling unrolling) {
    this.node = node;
    this.body = op.body();
    this.unrolling = unrolling;
    this.state = unrolling.state();
    this.operands = new Operands(node, state);
    this.states = Math.max(0, node.inputs().size() - 2);
    for (int i = 0; i < body.outputs().size() - 1 - states; i++) {
      rows.add(new ArrayList<>());
    }
  }

  /**
   * Adds all iterations.
   *
   * @return false if a condition depends on computed values: what was added is to be taken back
   */
  boolean unroll() {
    long trips =
        operands.has(0)
            ? ControlValues.iterations(operands.known(0, "number of iterations"), operands::error)
            : Long.MAX_VALUE;
    boolean goesOn =
        !operands.has(1) || ControlValues.isTrue(operands.known(1, "condition"), operands::error);
    List<String> values = new ArrayList<>(node.inputs().subList(2, 2 + states));
    for (int i = 0; i < trips && goesOn; i++) {
      List<String> yields = iterate(i, values);
      Tensor condition = state.constant(yields.getFirst());
      if (condition == null) {
        return false;
      }
      goesOn = ControlValues.isTrue(condition, operands::error);
      takeStates(values, yields);
      for (int j = 0; j < rows.size(); j++) {
        rows.get(j).add(yields.get(1 + states + j));
      }
    }
    for (int i = 0; i < states; i++) {
      unrolling.give(node, i, values.get(i));
    }
    for (int i = 0; i < rows.size(); i++) {
      giveRows(states + i, rows.get(i), values);
    }
    return true;
  }

  private List<String> iterate(int number, List<String> values) {
    Iteration iteration = new Iteration(state, number);
    String prefix = node.name() + "/";
    Tensor count = Tensor.ofLongs(Shape.SCALAR, number);
    Tensor yes = Tensor.zeros(DataType.BOOL, Shape.SCALAR);
    yes.data().set(Tensor.BYTE, 0, (byte) 1);
    iteration.bind(body.inputs().get(0), state.addConstant(prefix + "iteration/" + number, count));
    iteration.bind(body.inputs().get(1), state.addConstant(prefix + "condition/" + number, yes));
    for (int i = 0; i < states; i++) {
      iteration.bind(body.inputs().get(2 + i), values.get(i));
    }
    return unrolling.write(node, body, iteration);
  }

  private void takeStates(List<String> values, List<String> yields) {
    for (int i = 0; i < states; i++) {
      DataType before = state.type(values.get(i)).type();
      DataType after = state.type(yields.get(1 + i)).type();
      if (before != after) {
        throw operands.error(
            "its value %d is %s before an iteration and %s behind it".formatted(i, before, after));
      }
      values.set(i, yields.get(1 + i));
    }
  }

  /** Without an iteration the shape of a row is that which one would have had. */
  private void giveRows(int output, List<String> values, List<String> current) {
    if (node.outputs().get(output).isEmpty()) {
      return;
    }
    if (!values.isEmpty()) {
      unrolling.stack(node, output, 0, values);
      return;
    }
    TensorType row = state.type(iterate(0, current).get(1 + output));
    int[] dims = new int[row.shape().rank() + 1];
    System.arraycopy(row.shape().dims(), 0, dims, 1, row.shape().rank());
    state.define(node.outputs().get(output), Tensor.zeros(row.type(), Shape.of(dims)));
  }
}
