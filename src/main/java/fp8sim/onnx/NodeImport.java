package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node on its way from the model to the graph: what a converter reads and writes. */
final class NodeImport {
  /** Imports a subgraph that sees the names of a scope. */
  @FunctionalInterface
  interface BranchImporter {
    Op.Body read(GraphProto graph, Scope around);
  }

  /**
   * What a node is called and connected to.
   *
   * @param node its own name
   * @param inputs values it reads; empty for an absent optional one
   * @param outputs values it makes
   */
  record Names(String node, List<String> inputs, List<String> outputs) {}

  private final ImportContext context;
  private final Scope scope;
  private final Names names;
  private final int opset;
  private final Attributes attributes;
  private final BranchImporter branches;

  NodeImport(
      ImportContext context,
      Scope scope,
      Names names,
      int opset,
      Attributes attributes,
      BranchImporter branches) {
    this.context = context;
    this.scope = scope;
    this.names = names;
    this.opset = opset;
    this.attributes = attributes;
    this.branches = branches;
  }

  /** The node's unique name. */
  String name() {
    return names.node();
  }

  int opset() {
    return opset;
  }

  Attributes attributes() {
    return attributes;
  }

  /** A subgraph attribute. */
  Op.Body body(String attribute) {
    return branches.read(attributes.graph(attribute), scope);
  }

  /** Adds the nodes of a subgraph attribute with one input and one output; returns the output. */
  String inline(String attribute, String input) {
    Op.Body body = body(attribute);
    if (body.inputs().size() != 1 || body.outputs().size() != 1) {
      throw error(
          "%s has %d inputs and %d outputs, not one"
              .formatted(attribute, body.inputs().size(), body.outputs().size()));
    }
    String identity = context.uniqueNode(name() + "/" + attribute);
    scope.add(new Node(identity, new Op.Identity(), List.of(input), body.inputs()));
    body.nodes().forEach(scope::add);
    return body.outputs().getFirst();
  }

  /** Makes this node's only output another name of a constant. */
  void define(Tensor constant) {
    context.define(output(), constant);
  }

  /** Names of the values it reads; empty for an absent optional one. */
  List<String> inputs() {
    return names.inputs();
  }

  String input(int i) {
    return i < inputs().size() ? inputs().get(i) : "";
  }

  boolean hasInput(int i) {
    return !input(i).isEmpty();
  }

  List<String> outputs() {
    return names.outputs();
  }

  String output() {
    return outputs().getFirst();
  }

  boolean hasOutput(int i) {
    return i < outputs().size() && !outputs().get(i).isEmpty();
  }

  /** The value of an input that is an initializer, else null. */
  @Nullable Tensor constantInput(int i) {
    return context.initializers().get(input(i));
  }

  /** The value of a name that is an initializer or a constant, else null. */
  @Nullable Tensor constant(String value) {
    return context.initializers().get(value);
  }

  /** The element type of a value as far as the model tells; float32 if it does not. */
  DataType elementType(String value) {
    return context.elementTypes().getOrDefault(value, DataType.FLOAT);
  }

  boolean knowsElementType(String value) {
    return context.elementTypes().containsKey(value);
  }

  /** Says which element type a value has. */
  void declare(String value, DataType type) {
    context.elementTypes().put(value, type);
  }

  /** Adds a node with this node's name, inputs and outputs. */
  void emit(Op op) {
    emit(op, inputs());
  }

  /** Adds a node with this node's name and outputs. */
  void emit(Op op, List<String> newInputs) {
    if (hasInput(0) && knowsElementType(input(0)) && keepsType(op)) {
      context.elementTypes().putIfAbsent(output(), elementType(input(0)));
    }
    scope.add(new Node(name(), op, newInputs, outputs()));
  }

  /** Operators whose result has the type of their first operand, of those that matter here. */
  private static boolean keepsType(Op op) {
    return switch (op) {
      case Op.Conv _,
          Op.MatMul _,
          Op.Gemm _,
          Op.Unary _,
          Op.Reshape _,
          Op.Transpose _,
          Op.AveragePool _,
          Op.GlobalPool _ ->
          true;
      default -> false;
    };
  }

  /** Adds a node with this node's name and first output only. */
  void emitFirst(Op op, List<String> newInputs) {
    scope.add(new Node(name(), op, newInputs, List.of(output())));
  }

  /** Adds a node whose first output is {@code output}, an output of this node. */
  void emitTo(String output, Op op, String... newInputs) {
    scope.add(new Node(context.uniqueNode(output), op, List.of(newInputs), List.of(output)));
  }

  /** Adds a helper node; returns the name of its output. */
  String add(String suffix, Op op, String... newInputs) {
    String value = context.uniqueValue(output() + "/" + suffix);
    if (newInputs.length > 0 && knowsElementType(newInputs[0])) {
      context.elementTypes().put(value, elementType(newInputs[0]));
    }
    scope.add(
        new Node(
            context.uniqueNode(name() + "/" + suffix), op, List.of(newInputs), List.of(value)));
    return value;
  }

  /** Adds a helper node of several outputs; returns their names. */
  List<String> addAll(String suffix, Op op, int count, String... newInputs) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(context.uniqueValue(output() + "/" + suffix + (i == 0 ? "" : "_" + i)));
    }
    String node = context.uniqueNode(name() + "/" + suffix);
    scope.add(new Node(node, op, List.of(newInputs), values));
    return values;
  }

  /** Adds a constant; returns its name. */
  String constant(String suffix, Tensor tensor) {
    String value = context.uniqueValue(output() + "/" + suffix);
    context.define(value, tensor);
    return value;
  }

  /** An int64 vector constant; returns its name. */
  String constant(String suffix, long... values) {
    return constant(suffix, Tensor.ofLongs(Shape.of(values.length), values));
  }

  UnsupportedNodeException unsupported(String why) {
    return new UnsupportedNodeException(why);
  }

  Fp8simException error(String what) {
    return attributes.error(what);
  }
}
