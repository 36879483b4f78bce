package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import fp8sim.common.Fp8simException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Puts nodes behind those whose outputs they read. ONNX asks for it; not all exporters do it. */
final class TopologicalOrder {
  private TopologicalOrder() {}

  /**
   * The nodes in topological order; otherwise the order given.
   *
   * @throws Fp8simException if nodes form a cycle
   */
  static List<NodeProto> of(List<NodeProto> nodes, String file) {
    Map<String, Integer> producers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).getOutputList()) {
        producers.putIfAbsent(output, i);
      }
    }
    producers.remove("");
    List<List<Integer>> readers = new ArrayList<>();
    nodes.forEach(node -> readers.add(new ArrayList<>()));
    int[] missing = new int[nodes.size()];
    for (int i = 0; i < missing.length; i++) {
      for (String input : LiveValues.namesRead(nodes.get(i))) {
        Integer producer = producers.get(input);
        if (producer != null) {
          readers.get(producer).add(i);
          missing[i]++;
        }
      }
    }
    List<NodeProto> ordered = sort(nodes, readers, missing);
    if (ordered.size() < nodes.size()) {
      int stuck = 0;
      while (missing[stuck] == 0) {
        stuck++;
      }
      NodeProto node = nodes.get(stuck);
      throw Fp8simException.input(
          "%s: %s node \"%s\" depends on its own output: the graph has a cycle"
              .formatted(file, Text.shorten(node.getOpType()), Text.shorten(node.getName())));
    }
    return ordered;
  }

  private static List<NodeProto> sort(
      List<NodeProto> nodes, List<List<Integer>> readers, int[] missing) {
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<NodeProto> ordered = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      int next = ready.remove();
      ordered.add(nodes.get(next));
      for (int reader : readers.get(next)) {
        if (--missing[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    return ordered;
  }
}
