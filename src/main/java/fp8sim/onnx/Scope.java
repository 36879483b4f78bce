package fp8sim.onnx;

import fp8sim.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that nodes of one (sub)graph or function see, and the nodes made from them. Values of
 * an inner scope get names that are unique in the whole graph.
 */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> reserved = new HashMap<>();
  private final List<Node> nodes;

  private Scope(@Nullable Scope outer, List<Node> nodes) {
    this.outer = outer;
    this.nodes = nodes;
  }

  /** The scope of the main graph. */
  static Scope main() {
    return new Scope(null, new ArrayList<>());
  }

  /** The scope of a branch, which also sees the names around it. */
  Scope branch() {
    return new Scope(this, new ArrayList<>());
  }

  /** The scope of a function body, which sees its own names only; its nodes are put here. */
  Scope function() {
    return new Scope(null, nodes);
  }

  /** Says which value of the graph a name of the model stands for. */
  void bind(String name, String value) {
    values.put(name, value);
  }

  /** Says under which name a value will be known in the graph once a node defines it. */
  void reserve(String name, String value) {
    reserved.put(name, value);
  }

  @Nullable String reserved(String name) {
    return reserved.get(name);
  }

  boolean defines(String name) {
    return values.containsKey(name);
  }

  /** The graph's name of a value; null if the model does not define it. */
  @Nullable String resolve(String name) {
    String value = values.get(name);
    return value != null || outer == null ? value : outer.resolve(name);
  }

  void add(Node node) {
    nodes.add(node);
  }

  List<Node> nodes() {
    return nodes;
  }
}
