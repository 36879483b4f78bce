package fp8sim.cli.command;

import fp8sim.common.DisplayText;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A graph in Graphviz' language. */
final class DotGraph {
  private DotGraph() {}

  static String of(Graph graph) {
    StringBuilder dot = new StringBuilder("digraph model {\n  node [shape=box];\n");
    Map<String, String> producers = new HashMap<>();
    for (GraphInput input : graph.inputs()) {
      producers.put(input.name(), quoted("input " + input.name()));
      dot.append("  ").append(quoted("input " + input.name())).append(" [shape=oval];\n");
    }
    for (Node node : graph.nodes()) {
      String id = quoted(node.name());
      dot.append("  %s [label=%s];%n".formatted(id, quoted(label(graph, node))));
      node.outputs().forEach(output -> producers.put(output, id));
      for (String input : node.inputs()) {
        String from = producers.get(input);
        if (from != null) {
          String shape = graph.typeOf(input).shape().toString();
          dot.append("  %s -> %s [label=%s];%n".formatted(from, id, quoted(shape)));
        }
      }
    }
    for (String output : graph.outputs()) {
      String id = quoted("output " + output);
      dot.append("  %s [shape=oval];%n".formatted(id));
      String from = producers.get(output);
      if (from != null) {
        dot.append("  %s -> %s;%n".formatted(from, id));
      }
    }
    return dot.append("}\n").toString();
  }

  private static String label(Graph graph, Node node) {
    return node.op().onnxName() + "\n" + node.name() + "\n" + graph.typeOf(node.output()).shape();
  }

  private static String quoted(String text) {
    return text.lines()
        .map(line -> DisplayText.printable(line).replace("\\", "\\\\").replace("\"", "\\\""))
        .collect(Collectors.joining("\\n", "\"", "\""));
  }
}
