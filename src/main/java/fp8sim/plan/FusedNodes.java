package fp8sim.plan;

import fp8sim.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A node and the element-wise nodes behind it that become its epilogue: one step to be. */
final class FusedNodes {
  /** An epilogue whose operands are still names. */
  interface Named {
    Epilogue resolve(Function<String, Operand> operands);
  }

  /**
   * A fused node.
   *
   * @param reads the value the epilogue reads besides the result, or an empty name
   */
  record Fused(Node node, Named epilogue, String reads) {}

  private final Node head;
  private final List<Fused> tail = new ArrayList<>();
  private int position;

  /**
   * A group of one node.
   *
   * @param position of the node in the graph's order
   */
  FusedNodes(Node head, int position) {
    this.head = head;
    this.position = position;
  }

  /** A group of each node alone. */
  static List<FusedNodes> apart(List<Node> nodes) {
    List<FusedNodes> groups = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      groups.add(new FusedNodes(nodes.get(i), i));
    }
    return groups;
  }

  void append(Fused fused, int newPosition) {
    tail.add(fused);
    position = newPosition;
  }

  Node head() {
    return head;
  }

  List<Fused> tail() {
    return tail;
  }

  /** Where the step stands: at its last node, when everything the epilogue reads is computed. */
  int position() {
    return position;
  }

  /** The name of the finished first result. */
  String output() {
    return tail.isEmpty() ? head.output() : tail.getLast().node().output();
  }

  /** All computed values and constants that the step reads. */
  List<String> reads() {
    List<String> names = new ArrayList<>(head.inputs());
    tail.forEach(fused -> names.add(fused.reads()));
    names.removeIf(String::isEmpty);
    return names;
  }

  /** All values that the step writes. */
  List<String> writes() {
    List<String> names = new ArrayList<>(head.outputs());
    names.set(0, output());
    names.removeIf(String::isEmpty);
    return names;
  }
}
