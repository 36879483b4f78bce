package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes out the iterations of a Scan, of which there is one for each slice of its inputs. */
final class ScanUnrolling {
  private final Node node;
  private final Op.Scan op;
  private final Unrolling unrolling;
  private final InferenceState state;
  private final Operands operands;
  private final int states;

  ScanUnrolling(Node node, Op.Scan op, Unrolling unrolling) {
    this.node = node;
    this.op = op;
    this.unrolling = unrolling;
    this.state = unrolling.state();
    this.operands = new Operands(node, state);
    this.states = node.inputs().size() - op.inputs().size();
  }

  void unroll() {
    int steps = steps();
    List<String> values = new ArrayList<>(node.inputs().subList(0, states));
    List<List<String>> rows = new ArrayList<>();
    op.outputs().forEach(direction -> rows.add(new ArrayList<>()));
    for (int i = 0; i < steps; i++) {
      Iteration iteration = new Iteration(state, i);
      for (int j = 0; j < states; j++) {
        iteration.bind(op.body().inputs().get(j), values.get(j));
      }
      for (int j = 0; j < op.inputs().size(); j++) {
        Op.Scan.Direction direction = op.inputs().get(j);
        String slice = slice(j, i, direction.reverse() ? steps - 1 - i : i);
        iteration.bind(op.body().inputs().get(states + j), slice);
      }
      List<String> yields = unrolling.write(node, op.body(), iteration);
      takeStates(values, yields);
      for (int j = 0; j < rows.size(); j++) {
        rows.get(j).add(yields.get(states + j));
      }
    }
    for (int i = 0; i < states; i++) {
      unrolling.give(node, i, values.get(i));
    }
    for (int i = 0; i < rows.size(); i++) {
      Op.Scan.Direction direction = op.outputs().get(i);
      List<String> own = rows.get(i);
      if (direction.reverse()) {
        Collections.reverse(own);
      }
      int rank = state.type(own.getFirst()).shape().rank() + 1;
      unrolling.stack(node, states + i, operands.axis(direction.axis(), rank), own);
    }
  }

  /** How many slices all inputs have. */
  private int steps() {
    int steps = -1;
    for (int i = 0; i < op.inputs().size(); i++) {
      Shape shape = operands.shape(states + i);
      int count = shape.dim(axis(i));
      if (steps >= 0 && count != steps) {
        throw operands.error("its inputs have %d and %d slices".formatted(steps, count));
      }
      steps = count;
    }
    if (steps == 0) {
      throw operands.error("its inputs have no slices");
    }
    return steps;
  }

  private int axis(int input) {
    return operands.axis(op.inputs().get(input).axis(), operands.rank(states + input));
  }

  private String slice(int input, int iteration, int position) {
    int axis = axis(input);
    String x = node.input(states + input);
    String index =
        state.addConstant(
            node.name() + "/position/" + iteration, Tensor.ofLongs(Shape.SCALAR, position));
    String value = state.unusedValue(x + "/" + iteration);
    String name = unrolling.helper(node, "input" + input + "/" + iteration);
    unrolling.visit(new Node(name, new Op.Gather(axis), List.of(x, index), List.of(value)));
    return value;
  }

  private void takeStates(List<String> values, List<String> yields) {
    for (int i = 0; i < states; i++) {
      TensorType before = state.type(values.get(i));
      TensorType after = state.type(yields.get(i));
      DataType type = before.type();
      if (type != after.type()) {
        throw operands.error(
            "its value %d is %s before an iteration and %s behind it".formatted(i, before, after));
      }
      values.set(i, yields.get(i));
    }
  }
}
