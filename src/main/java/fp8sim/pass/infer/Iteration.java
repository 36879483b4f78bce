package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One iteration of a body: values and nodes that it defines get the iteration's number behind their
 * names, so that they stay unique.
 */
final class Iteration {
  private final InferenceState state;
  private final String suffix;
  private final Map<String, String> names = new HashMap<>();

  Iteration(InferenceState state, int number) {
    this.state = state;
    this.suffix = "/" + number;
  }

  /** Says which value a value of the body is in this iteration. */
  void bind(String name, String value) {
    names.put(name, value);
  }

  /** The name of a value of the body in this iteration; one from around the body keeps its own. */
  String value(String name) {
    return names.getOrDefault(name, name);
  }

  /** A node of the body in this iteration. */
  Node node(Node node) {
    String name = state.takeNodeName(node.name() + suffix);
    List<String> inputs = node.inputs().stream().map(this::value).toList();
    Op op =
        switch (node.op()) {
          case Op.If branches ->
              new Op.If(body(branches.thenBranch()), body(branches.elseBranch()));
          case Op.Loop loop -> new Op.Loop(body(loop.body()));
          case Op.Scan scan -> new Op.Scan(body(scan.body()), scan.inputs(), scan.outputs());
          default -> node.op();
        };
    return new Node(name, op, inputs, define(node.outputs()));
  }

  private Op.Body body(Op.Body body) {
    List<String> inputs = define(body.inputs());
    List<Node> nodes = body.nodes().stream().map(this::node).toList();
    return new Op.Body(nodes, inputs, body.outputs().stream().map(this::value).toList());
  }

  private List<String> define(List<String> values) {
    List<String> own = new ArrayList<>();
    for (String value : values) {
      String name = value.isEmpty() ? "" : state.unusedValue(value + suffix);
      names.put(value, name);
      own.add(name);
    }
    return own;
  }
}
