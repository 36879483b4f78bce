package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What all nodes of a model that is being written share: names, constants, opsets. */
final class ExportContext {
  private final Graph graph;
  private final Set<String> names = new HashSet<>();
  private final Set<String> used;
  private final Map<String, Tensor> helpers = new LinkedHashMap<>();
  private final Map<String, Long> opsets = new TreeMap<>();
  private List<NodeProto> nodes = new ArrayList<>();

  ExportContext(Graph graph, int opset) {
    this.graph = graph;
    this.used = new LinkedHashSet<>();
    names.addAll(graph.initializers().keySet());
    graph.inputs().forEach(input -> names.add(input.name()));
    graph.nodes().forEach(node -> names.addAll(node.outputs()));
    opsets.put("", (long) opset);
  }

  /** At least this opset of ONNX's own domain is needed. */
  void requireOpset(long opset) {
    requireOpset("", opset);
  }

  /** At least this version of a domain is needed. */
  void requireOpset(String domain, long opset) {
    opsets.merge(domain, opset, Math::max);
  }

  /** At least the opset in which an element type is new is needed. */
  void requireType(DataType type) {
    requireOpset(opsetOf(type));
  }

  /** The opset in which an element type is new; 1 for those that are older than any file. */
  static int opsetOf(DataType type) {
    return switch (type) {
      case FLOAT4E2M1 -> 23;
      case FLOAT8E8M0 -> 24;
      case UINT2, INT2 -> 25;
      default -> 1;
    };
  }

  Map<String, Long> opsets() {
    return opsets;
  }

  /** Starts a list of nodes, of a graph or a branch; the one before is returned to {@link #end}. */
  List<NodeProto> begin() {
    List<NodeProto> outer = nodes;
    nodes = new ArrayList<>();
    return outer;
  }

  /** Ends the list that {@link #begin} started and returns it. */
  List<NodeProto> end(List<NodeProto> outer) {
    List<NodeProto> inner = nodes;
    nodes = outer;
    return inner;
  }

  void add(NodeDraft draft) {
    NodeProto proto = draft.proto();
    used.addAll(proto.getInputList());
    nodes.add(proto);
  }

  /** A name of a value that nothing else has. */
  String fresh(String wish) {
    String name = wish;
    for (int i = 2; !names.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /** A constant that the graph does not have; returns its name. */
  String constant(String wish, Tensor value) {
    String name = fresh(wish);
    helpers.put(name, value);
    return name;
  }

  /** Says that a value is read by what is no node. */
  void use(String value) {
    used.add(value);
  }

  /** The constants that are read, in the order in which they are read first. */
  Map<String, Tensor> constants() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (String name : used) {
      Tensor tensor = helpers.getOrDefault(name, graph.initializers().get(name));
      if (tensor != null) {
        requireType(tensor.type());
        all.put(name, tensor);
      }
    }
    return all;
  }

  @Nullable Tensor initializer(String name) {
    return graph.initializers().get(name);
  }

  /** The element type of a value; null where it is not known. */
  @Nullable DataType elementType(String value) {
    TensorType type = graph.types().get(value);
    Tensor constant = initializer(value);
    return type != null ? type.type() : constant == null ? null : constant.type();
  }

  /** The shape of a value; null where it is not known. */
  @Nullable Shape shape(String value) {
    TensorType type = graph.types().get(value);
    Tensor constant = initializer(value);
    return type != null ? type.shape() : constant == null ? null : constant.shape();
  }

  /** The shape of a value that a node needs to be written. */
  Shape requireShape(Node node, String value) {
    Shape shape = shape(value);
    if (shape == null) {
      throw unwritable(node, "the shape of \"" + Text.shorten(value) + "\" is not known");
    }
    return shape;
  }

  /** A node that has no form in ONNX. */
  Fp8simException unwritable(Node node, String why) {
    return Fp8simException.input(
        "%s: %s cannot be exported: %s".formatted(graph.name(), node.describe(), why));
  }
}
