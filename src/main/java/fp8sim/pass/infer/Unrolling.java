package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the iterations of a graph's loops have in common while they are written out. */
final class Unrolling {
  /** Nodes and iterations of all loops together: a small file could stand for billions. */
  static final int MAX_NODES = 100_000;

  private final InferenceState state;
  private final Consumer<Node> visit;
  private int written;

  /**
   * @param visit infers the types of a node and adds it to the graph
   */
  Unrolling(InferenceState state, Consumer<Node> visit) {
    this.state = state;
    this.visit = visit;
  }

  InferenceState state() {
    return state;
  }

  /** Adds a node. */
  void visit(Node node) {
    visit.accept(node);
  }

  /**
   * Adds the nodes of an iteration.
   *
   * @return what the body yields
   */
  List<String> write(Node loop, Op.Body body, Iteration iteration) {
    written += 1 + body.nodes().size();
    if (written > MAX_NODES) {
      throw new Operands(loop, state)
          .error(
              ("its iterations, written out, are more than %d nodes; use fewer steps or shorter"
                      + " inputs")
                  .formatted(MAX_NODES));
    }
    body.nodes().forEach(node -> visit.accept(iteration.node(node)));
    return body.outputs().stream().map(iteration::value).toList();
  }

  /** Gives an output of the loop's node a value of the graph. */
  void give(Node loop, int output, String value) {
    String name = loop.outputs().get(output);
    if (!name.isEmpty()) {
      visit.accept(
          new Node(
              helper(loop, "output" + output), new Op.Identity(), List.of(value), List.of(name)));
    }
  }

  /** Puts rows, one of each iteration and at least one, along a new axis into an output. */
  void stack(Node loop, int output, int axis, List<String> rows) {
    String name = loop.outputs().get(output);
    if (name.isEmpty()) {
      return;
    }
    Tensor axes = Tensor.ofLongs(Shape.of(1), axis);
    String axesName = state.addConstant(name + "/axes", axes);
    List<String> parts = new ArrayList<>();
    for (String row : rows) {
      String part = state.unusedValue(name + "/" + parts.size());
      String node = helper(loop, "output" + output + "/" + parts.size());
      visit.accept(new Node(node, new Op.Unsqueeze(), List.of(row, axesName), List.of(part)));
      parts.add(part);
    }
    String node = helper(loop, "output" + output);
    visit.accept(new Node(node, new Op.Concat(axis), parts, List.of(name)));
  }

  /** An unused name for a node that belongs to a loop. */
  String helper(Node loop, String suffix) {
    return state.takeNodeName(loop.name() + "/" + suffix);
  }
}
