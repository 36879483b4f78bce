package fp8sim.pass;

import fp8sim.graph.ConstantOfShape;
import fp8sim.graph.CumSum;
import fp8sim.graph.Expand;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.If;
import fp8sim.graph.Node;
import fp8sim.graph.Pad;
import fp8sim.graph.Range;
import fp8sim.graph.Reduce;
import fp8sim.graph.Reshape;
import fp8sim.graph.Resize;
import fp8sim.graph.ShapeOf;
import fp8sim.graph.Size;
import fp8sim.graph.Slice;
import fp8sim.graph.Split;
import fp8sim.graph.Squeeze;
import fp8sim.graph.Tile;
import fp8sim.graph.Unsqueeze;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds graph inputs whose values, not only shapes, decide about shapes inside the graph. Inputs of
 * floating-point tensors of rank 2 and more are taken for activations: shapes that depend on what
 * is computed from these are not supported.
 */
final class ValueInputs {
  private final Map<String, Node> producers = new HashMap<>();
  private final Set<String> inputs = new LinkedHashSet<>();
  private final Deque<String> pending = new ArrayDeque<>();

  private ValueInputs(Graph graph) {
    for (GraphInput input : graph.inputs()) {
      if (!input.type().isFloating() || input.dims().size() < 2) {
        inputs.add(input.name());
      }
    }
    for (Node node : allNodes(graph.nodes())) {
      node.outputs().forEach(output -> producers.put(output, node));
    }
  }

  /** Graph inputs that feed operands which determine shapes, in the graph's order. */
  static Set<String> of(Graph graph) {
    ValueInputs search = new ValueInputs(graph);
    for (Node node : allNodes(graph.nodes())) {
      shapeOperands(node).stream().map(node::input).forEach(search.pending::add);
    }
    return search.run();
  }

  /** Graph inputs whose values a value depends on, in the graph's order. */
  static Set<String> feeding(Graph graph, String value) {
    ValueInputs search = new ValueInputs(graph);
    search.pending.add(value);
    return search.run();
  }

  private Set<String> run() {
    Set<String> seen = new HashSet<>();
    while (!pending.isEmpty()) {
      String value = pending.pop();
      Node producer = producers.get(value);
      if (!seen.add(value) || producer == null) {
        continue;
      }
      switch (producer.op()) {
        case ShapeOf _, Size _ -> {} // reads the shape only
        case If op -> {
          pending.addAll(producer.inputs());
          pending.addAll(op.thenBranch().outputs());
          pending.addAll(op.elseBranch().outputs());
        }
        default -> pending.addAll(producer.inputs());
      }
    }
    Set<String> found = new LinkedHashSet<>(inputs);
    found.retainAll(seen);
    return found;
  }

  private static List<Node> allNodes(List<Node> nodes) {
    List<Node> all = new ArrayList<>();
    for (Node node : nodes) {
      all.add(node);
      if (node.op() instanceof If op) {
        all.addAll(allNodes(op.thenBranch().nodes()));
        all.addAll(allNodes(op.elseBranch().nodes()));
      }
    }
    return all;
  }

  /** Positions of the inputs whose values the rules of inference need. */
  private static List<Integer> shapeOperands(Node node) {
    return switch (node.op()) {
      case ConstantOfShape _, If _ -> List.of(0);
      case Reshape _, Expand _, Tile _, Squeeze _, Unsqueeze _, Split _, Reduce _, CumSum _ ->
          List.of(1);
      case Range _ -> List.of(0, 1, 2);
      case Resize _, Pad _ -> List.of(1, 2, 3);
      case Slice _ -> List.of(1, 2, 3, 4);
      default -> List.of();
    };
  }
}
