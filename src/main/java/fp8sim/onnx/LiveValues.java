package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names of the values that outputs depend on. What makes no other values need not be supported. */
record LiveValues(Set<String> names) {
  /**
   * What these outputs depend on, themselves included.
   *
   * @param nodes in any order
   */
  static LiveValues of(List<NodeProto> nodes, Collection<String> outputs) {
    Map<String, NodeProto> producers = new HashMap<>();
    for (NodeProto node : nodes) {
      node.getOutputList().forEach(output -> producers.putIfAbsent(output, node));
    }
    producers.remove("");
    Set<String> names = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(outputs);
    while (!open.isEmpty()) {
      String name = open.remove();
      NodeProto producer = names.add(name) ? producers.get(name) : null;
      if (producer != null) {
        open.addAll(namesRead(producer));
      }
    }
    return new LiveValues(names);
  }

  /** What the outputs of a graph depend on. */
  static LiveValues of(GraphProto graph) {
    return of(
        graph.getNodeList(),
        graph.getOutputList().stream().map(output -> output.getName()).toList());
  }

  boolean areMadeBy(NodeProto node) {
    return node.getOutputList().stream().anyMatch(names::contains);
  }

  /** Inputs of the node and everything that its subgraphs read from around them. */
  static Set<String> namesRead(NodeProto node) {
    Set<String> names = new HashSet<>(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        GraphProto branch = attribute.getG();
        Set<String> inner = new HashSet<>();
        branch.getNodeList().forEach(each -> inner.addAll(namesRead(each)));
        branch.getOutputList().forEach(output -> inner.add(output.getName()));
        branch.getNodeList().forEach(each -> each.getOutputList().forEach(inner::remove));
        branch.getInputList().forEach(input -> inner.remove(input.getName()));
        branch.getInitializerList().forEach(tensor -> inner.remove(tensor.getName()));
        names.addAll(inner);
      }
    }
    names.remove("");
    return names;
  }
}
