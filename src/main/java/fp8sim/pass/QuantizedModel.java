package fp8sim.pass;

import fp8sim.graph.DequantizeLinear;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.QuantizeLinear;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Models that are quantized already: QuantizeLinear and DequantizeLinear around float32 layers. */
public final class QuantizedModel {
  private QuantizedModel() {}

  /**
   * The graph without pairs of QuantizeLinear and DequantizeLinear, so that it can be quantized
   * anew. Weights, which constant folding has dequantized, keep their values.
   */
  public static Graph strip(Graph graph) {
    Map<String, Node> quantize = new HashMap<>();
    Map<String, String> renamed = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof QuantizeLinear) {
        quantize.put(node.output(), node);
      } else if (node.op() instanceof DequantizeLinear) {
        Node before = quantize.get(node.input(0));
        if (before != null && sameType(graph, before.input(0), node.output())) {
          String source = before.input(0);
          renamed.put(node.output(), renamed.getOrDefault(source, source));
        }
      }
    }
    return renamed.isEmpty() ? graph : withoutDeadNodes(rename(graph, renamed));
  }

  private static boolean sameType(Graph graph, String a, String b) {
    return graph.typeOf(a).equals(graph.typeOf(b));
  }

  /** Readers of a dequantized value read its source; an output of the network keeps its pair. */
  private static Graph rename(Graph graph, Map<String, String> renamed) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<String> inputs =
          node.inputs().stream().map(name -> renamed.getOrDefault(name, name)).toList();
      nodes.add(new Node(node.name(), node.op(), inputs, node.outputs()));
    }
    return graph.withNodes(nodes, graph.initializers());
  }

  private static Graph withoutDeadNodes(Graph graph) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    boolean changed = true;
    while (changed) {
      Set<String> read =
          nodes.stream().flatMap(node -> node.inputs().stream()).collect(Collectors.toSet());
      read.addAll(graph.outputs());
      changed =
          nodes.removeIf(
              node ->
                  (node.op() instanceof QuantizeLinear || node.op() instanceof DequantizeLinear)
                      && node.outputs().stream().noneMatch(read::contains));
    }
    return graph.withNodes(nodes, graph.initializers());
  }
}
