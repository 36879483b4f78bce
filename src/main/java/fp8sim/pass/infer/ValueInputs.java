package fp8sim.pass.infer;

import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayDeque;
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
    for (Node node : Subgraphs.allNodes(graph.nodes())) {
      node.outputs().forEach(output -> producers.put(output, node));
      Subgraphs.of(node)
          .forEach(body -> body.inputs().forEach(input -> producers.put(input, node)));
    }
  }

  /** Graph inputs that feed operands which determine shapes, in the graph's order. */
  static Set<String> of(Graph graph) {
    ValueInputs search = new ValueInputs(graph);
    for (Node node : Subgraphs.allNodes(graph.nodes())) {
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
        case Op.ShapeOf _, Op.Size _ -> {} // reads the shape only
        default -> {
          pending.addAll(producer.inputs());
          Subgraphs.of(producer).forEach(body -> pending.addAll(body.outputs()));
        }
      }
    }
    Set<String> found = new LinkedHashSet<>(inputs);
    found.retainAll(seen);
    return found;
  }

  /** Positions of the inputs whose values the rules of inference need. */
  private static List<Integer> shapeOperands(Node node) {
    return switch (node.op()) {
      case Op.ConstantOfShape _, Op.If _ -> List.of(0);
      case Op.Reshape _,
          Op.Expand _,
          Op.Tile _,
          Op.Squeeze _,
          Op.Unsqueeze _,
          Op.Split _,
          Op.Reduce _,
          Op.AffineGrid _,
          Op.CenterCropPad _,
          Op.CumProd _,
          Op.CumSum _,
          Op.OneHot _,
          Op.TopK _ ->
          List.of(1);
      case Op.Composite op -> op.operator().shapeOperands();
      case Op.Loop _ -> List.of(0, 1);
      case Op.Range _ -> List.of(0, 1, 2);
      case Op.MaxUnpool _ -> List.of(2);
      case Op.Col2Im _ -> List.of(1, 2);
      case Op.Resize _, Op.Pad _ -> List.of(1, 2, 3);
      case Op.Slice _ -> List.of(1, 2, 3, 4);
      default -> List.of();
    };
  }
}
