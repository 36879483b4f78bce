package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns the nodes of a model, of its subgraphs and of its functions into nodes of the graph. */
final class NodeImporter {
  /** Functions may call functions, but not without end. */
  private static final int MAX_CALL_DEPTH = 32;

  /** Nested calls multiply: a small file could stand for billions of nodes. */
  private static final int MAX_NODES = 1_000_000;

  private final String file;
  private final ImportContext context;
  private final TensorReader tensors;
  private final Map<String, Long> opsets;
  private final Map<String, FunctionProto> functions;

  /** Outputs of unsupported nodes that do not matter, and of those that read them. */
  private final Set<String> missing = new HashSet<>();

  /** Whether the outputs of the model depend on the node that is being imported. */
  private boolean matters = true;

  private int callDepth;
  private long nodeCount;

  NodeImporter(
      String file,
      ImportContext context,
      TensorReader tensors,
      Map<String, Long> opsets,
      Map<String, FunctionProto> functions) {
    this.file = file;
    this.context = context;
    this.tensors = tensors;
    this.opsets = opsets;
    this.functions = functions;
  }

  /** ONNX's own domain has two names. */
  static String domain(String name) {
    return name.equals("ai.onnx") ? "" : name;
  }

  static String functionKey(String domain, String name, String overload) {
    return domain(domain) + ":" + name + ":" + overload;
  }

  /**
   * Adds the nodes to a scope, in topological order.
   *
   * @param live what the outputs of the scope depend on
   * @param parameters attributes of the function call around them, for references to these
   */
  void importNodes(
      List<NodeProto> nodes, LiveValues live, Scope scope, Map<String, AttributeProto> parameters) {
    nodeCount += nodes.size();
    if (nodeCount > MAX_NODES) {
      throw Fp8simException.input(file + ": more than " + MAX_NODES + " nodes");
    }
    for (NodeProto node : TopologicalOrder.of(nodes, file)) {
      boolean around = matters;
      matters &= live.areMadeBy(node);
      importNode(node, scope, parameters);
      matters = around;
    }
  }

  private void importNode(NodeProto node, Scope scope, Map<String, AttributeProto> parameters) {
    String domain = domain(node.getDomain());
    String where = file + ": " + describe(node);
    List<String> inputs = resolveInputs(node, scope, where);
    FunctionProto function =
        functions.get(functionKey(domain, node.getOpType(), node.getOverload()));
    List<String> outputs = defineOutputs(node, scope);
    if (inputs.stream().anyMatch(missing::contains)) {
      addMissing(outputs);
      return;
    }
    if (!outputs.isEmpty() && outputs.getFirst().isEmpty()) {
      // Operators have a first result, also if only others are read.
      outputs.set(0, context.uniqueValue("unread"));
    }
    Map<String, AttributeProto> attributes = attributes(node, parameters, where);
    if (function != null) {
      call(function, inputs, outputs, attributes, scope, where);
      return;
    }
    long opset = opsets.getOrDefault(domain, 1L);
    OperatorVersion version = OperatorTable.find(domain, node.getOpType(), opset);
    if (version == null) {
      unsupported(node, outputs, opset, whyUnknown(domain, node.getOpType()));
      return;
    }
    checkArity(version, inputs, outputs, where);
    String name =
        context.uniqueNode(node.getName().isEmpty() ? firstOutput(outputs) : node.getName());
    Attributes typed = new Attributes(attributes, tensors, where);
    typed.ignore("consumed_inputs"); // before opset 6: which inputs may be overwritten
    NodeImport conversion =
        new NodeImport(
            context,
            scope,
            new NodeImport.Names(name, inputs, outputs),
            (int) opset,
            typed,
            (graph, around) -> body(graph, around, parameters, where));
    try {
      version.converter().convert(conversion);
      typed.requireAllRead();
    } catch (UnsupportedNodeException e) {
      unsupported(node, outputs, opset, String.valueOf(e.getMessage()));
    }
  }

  /** Imports a subgraph. */
  private Op.Body body(
      GraphProto graph, Scope around, Map<String, AttributeProto> parameters, String where) {
    Scope scope = around.branch();
    List<String> inputs = new ArrayList<>();
    for (ValueInfoProto input : graph.getInputList()) {
      String value = context.uniqueValue(input.getName());
      scope.bind(input.getName(), value);
      inputs.add(value);
      DeclaredTypes.elementType(input.getType())
          .ifPresent(type -> context.elementTypes().put(value, type));
    }
    LiveValues live = LiveValues.of(graph);
    for (TensorProto tensor : graph.getInitializerList()) {
      if (!tensors.isNeeded(tensor, live)) {
        continue;
      }
      String value = context.uniqueValue(tensor.getName());
      scope.bind(tensor.getName(), value);
      context.define(
          value,
          tensors.read(tensor, where + " initializer \"" + Text.shorten(tensor.getName()) + "\""));
    }
    importNodes(graph.getNodeList(), live, scope, parameters);
    List<String> outputs = new ArrayList<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      outputs.add(resolve(output.getName(), scope, where));
    }
    return new Op.Body(scope.nodes(), inputs, outputs);
  }

  private void call(
      FunctionProto function,
      List<String> inputs,
      List<String> outputs,
      Map<String, AttributeProto> attributes,
      Scope around,
      String where) {
    if (++callDepth > MAX_CALL_DEPTH) {
      throw Fp8simException.input(where + ": functions call each other without end");
    }
    Scope scope = around.function();
    for (int i = 0; i < function.getInputCount(); i++) {
      scope.bind(function.getInput(i), i < inputs.size() ? inputs.get(i) : "");
    }
    for (int i = 0; i < Math.min(outputs.size(), function.getOutputCount()); i++) {
      if (!outputs.get(i).isEmpty()) {
        scope.reserve(function.getOutput(i), outputs.get(i));
      }
    }
    Map<String, AttributeProto> parameters = new HashMap<>();
    function.getAttributeProtoList().forEach(a -> parameters.put(a.getName(), a));
    parameters.putAll(attributes);
    LiveValues live = LiveValues.of(function.getNodeList(), function.getOutputList());
    importNodes(function.getNodeList(), live, scope, parameters);
    callDepth--;
  }

  private List<String> resolveInputs(NodeProto node, Scope scope, String where) {
    List<String> inputs = new ArrayList<>();
    for (String input : node.getInputList()) {
      inputs.add(input.isEmpty() ? "" : resolve(input, scope, where));
    }
    return inputs;
  }

  private static String resolve(String name, Scope scope, String where) {
    String value = scope.resolve(name);
    if (value == null) {
      throw Fp8simException.input(
          "%s reads \"%s\", which is no input, initializer or output of a node"
              .formatted(where, Text.shorten(name)));
    }
    return value;
  }

  private List<String> defineOutputs(NodeProto node, Scope scope) {
    List<String> outputs = new ArrayList<>();
    for (String output : node.getOutputList()) {
      if (output.isEmpty()) {
        outputs.add("");
        continue;
      }
      if (scope.defines(output)) {
        throw Fp8simException.input(
            "%s: %s: the value \"%s\" is defined twice"
                .formatted(file, describe(node), Text.shorten(output)));
      }
      String value = scope.reserved(output);
      if (value == null) {
        value = context.uniqueValue(output);
      }
      scope.bind(output, value);
      outputs.add(value);
    }
    return outputs;
  }

  private static Map<String, AttributeProto> attributes(
      NodeProto node, Map<String, AttributeProto> parameters, String where) {
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      AttributeProto value =
          attribute.getRefAttrName().isEmpty()
              ? attribute
              : parameters.get(attribute.getRefAttrName());
      if (value != null && attributes.put(attribute.getName(), value) != null) {
        throw Fp8simException.input(
            "%s: attribute \"%s\" is given twice"
                .formatted(where, Text.shorten(attribute.getName())));
      }
    }
    return attributes;
  }

  private static void checkArity(
      OperatorVersion version, List<String> inputs, List<String> outputs, String where) {
    int given = inputs.size();
    while (given > 0 && inputs.get(given - 1).isEmpty()) {
      given--;
    }
    if (!version.inputs().contain(given)) {
      throw Fp8simException.input(
          "%s: has %d inputs, %s".formatted(where, given, expectedInputs(version)));
    }
    boolean variadic =
        version.inputs().most() == OperatorVersion.MANY && version.inputs().least() > 0;
    for (int i = 0; i < (variadic ? given : version.inputs().least()); i++) {
      if (inputs.get(i).isEmpty()) {
        throw Fp8simException.input("%s: input %d is missing".formatted(where, i));
      }
    }
    if (outputs.isEmpty() || outputs.size() > version.outputs()) {
      throw Fp8simException.input("%s: has %d outputs".formatted(where, outputs.size()));
    }
  }

  private static String expectedInputs(OperatorVersion version) {
    if (version.inputs().most() == OperatorVersion.MANY) {
      return "needs at least " + version.inputs().least();
    }
    return version.inputs().least() == version.inputs().most()
        ? "needs " + version.inputs().least()
        : "needs %d to %d".formatted(version.inputs().least(), version.inputs().most());
  }

  private void unsupported(NodeProto node, List<String> outputs, long opset, String why) {
    if (!matters) {
      addMissing(outputs);
      return;
    }
    boolean own = domain(node.getDomain()).isEmpty();
    String operator =
        own
            ? "%s (opset %d)".formatted(Text.shorten(node.getOpType()), opset)
            : Text.shorten(node.getDomain() + "." + node.getOpType());
    context
        .unsupported()
        .add("%s node \"%s\": %s".formatted(operator, Text.shorten(nodeName(node)), why));
  }

  private void addMissing(List<String> outputs) {
    outputs.stream().filter(output -> !output.isEmpty()).forEach(missing::add);
  }

  private static String whyUnknown(String domain, String name) {
    List<OperatorVersion> versions = OperatorTable.versions(domain, name);
    if (versions.isEmpty()) {
      return "unknown operator";
    }
    int first = versions.stream().mapToInt(version -> version.opsets().least()).min().orElseThrow();
    int last = versions.stream().mapToInt(version -> version.opsets().most()).max().orElseThrow();
    return "exists in opsets %d to %d only".formatted(first, last);
  }

  private static String describe(NodeProto node) {
    return Text.shorten(node.getOpType()) + " node \"" + Text.shorten(nodeName(node)) + "\"";
  }

  private static String nodeName(NodeProto node) {
    return node.getName().isEmpty() ? firstOutput(node.getOutputList()) : node.getName();
  }

  private static String firstOutput(List<String> outputs) {
    return outputs.stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
  }
}
