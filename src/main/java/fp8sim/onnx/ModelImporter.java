package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code ModelProto} to {@link Graph}: the model's frame; {@link NodeImporter} does the nodes. */
final class ModelImporter {
  private final String file;
  private final TensorReader tensors;
  private final ImportContext context = new ImportContext();
  private final Set<String> initializers = new HashSet<>();

  ModelImporter(String file, TensorReader tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  Graph read(ModelProto model) {
    if (!model.hasGraph()) {
      throw Fp8simException.input(file + ": not an ONNX model (no graph in it)");
    }
    GraphProto proto = model.getGraph();
    if (proto.getSparseInitializerCount() > 0) {
      throw Fp8simException.input(file + ": sparse initializers are not supported");
    }
    Scope scope = Scope.main();
    LiveValues live = LiveValues.of(proto);
    for (TensorProto tensor : proto.getInitializerList()) {
      claim(scope, tensor.getName(), "initializer");
      initializers.add(tensor.getName());
      if (tensors.isNeeded(tensor, live)) {
        context.define(tensor.getName(), readTensor(tensor));
      }
    }
    List<GraphInput> inputs = readInputs(proto, scope);
    reserveOutputs(proto, scope);
    readElementTypes(proto);
    Map<String, Long> opsets = opsets(model.getOpsetImportList());
    new NodeImporter(file, context, tensors, opsets, functions(model))
        .importNodes(proto.getNodeList(), live, scope, Map.of());
    if (!context.unsupported().isEmpty()) {
      throw unsupported(opsets);
    }
    List<String> outputs = readOutputs(proto, scope);
    requireMade(inputs, scope.nodes(), outputs);
    return new Graph(file, inputs, outputs, scope.nodes(), context.initializers(), Map.of());
  }

  /** A node may name more results than its operator gives, as long as nobody reads them. */
  private void requireMade(List<GraphInput> inputs, List<Node> nodes, List<String> outputs) {
    Set<String> made = new HashSet<>(context.initializers().keySet());
    inputs.forEach(input -> made.add(input.name()));
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!input.isEmpty() && !made.contains(input)) {
          throw Fp8simException.input(
              "%s: %s node \"%s\" reads \"%s\", which its node does not give"
                  .formatted(
                      file, node.op().onnxName(), Text.shorten(node.name()), Text.shorten(input)));
        }
      }
      made.addAll(node.outputs());
    }
    for (String output : outputs) {
      if (!made.contains(output)) {
        throw Fp8simException.input(
            "%s: the node of the output \"%s\" does not give it"
                .formatted(file, Text.shorten(output)));
      }
    }
  }

  private Tensor readTensor(TensorProto tensor) {
    return tensors.read(
        tensor, "%s: initializer \"%s\"".formatted(file, Text.shorten(tensor.getName())));
  }

  private void claim(Scope scope, String name, String what) {
    if (name.isEmpty()) {
      throw Fp8simException.input("%s: an %s has no name".formatted(file, what));
    }
    if (!context.claimValue(name)) {
      throw definedTwice(name);
    }
    scope.bind(name, name);
  }

  /**
   * Inputs with an initializer are constants: before IR version 4 every initializer had to be one.
   */
  private List<GraphInput> readInputs(GraphProto proto, Scope scope) {
    Map<String, GraphInput> inputs = new LinkedHashMap<>();
    for (ValueInfoProto info : proto.getInputList()) {
      if (initializers.contains(info.getName())) {
        continue;
      }
      claim(scope, info.getName(), "input");
      GraphInput input = DeclaredTypes.input(info, file);
      inputs.put(info.getName(), input);
      context.elementTypes().put(input.name(), input.type());
    }
    return new ArrayList<>(inputs.values());
  }

  /**
   * Values of the main graph keep their names, so these are taken before helper values get some.
   */
  private void reserveOutputs(GraphProto proto, Scope scope) {
    for (NodeProto node : proto.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty()) {
          if (!context.claimValue(output)) {
            throw definedTwice(output);
          }
          scope.reserve(output, output);
        }
      }
    }
  }

  private Fp8simException definedTwice(String name) {
    return Fp8simException.input(
        "%s: the value \"%s\" is defined twice".formatted(file, Text.shorten(name)));
  }

  private void readElementTypes(GraphProto proto) {
    for (List<ValueInfoProto> list : List.of(proto.getValueInfoList(), proto.getOutputList())) {
      for (ValueInfoProto info : list) {
        DeclaredTypes.elementType(info.getType())
            .ifPresent(type -> context.elementTypes().putIfAbsent(info.getName(), type));
      }
    }
  }

  private List<String> readOutputs(GraphProto proto, Scope scope) {
    Set<String> outputs = new LinkedHashSet<>();
    for (ValueInfoProto info : proto.getOutputList()) {
      if (scope.resolve(info.getName()) == null) {
        throw Fp8simException.input(
            "%s: no node makes the output \"%s\"".formatted(file, Text.shorten(info.getName())));
      }
      if (!outputs.add(info.getName())) {
        throw Fp8simException.input(
            "%s: the output \"%s\" is listed twice".formatted(file, Text.shorten(info.getName())));
      }
    }
    if (outputs.isEmpty()) {
      throw Fp8simException.input(file + ": the model has no outputs");
    }
    return List.copyOf(outputs);
  }

  private Map<String, Long> opsets(List<OperatorSetIdProto> imports) {
    Map<String, Long> opsets = new HashMap<>();
    for (OperatorSetIdProto entry : imports) {
      opsets.merge(NodeImporter.domain(entry.getDomain()), entry.getVersion(), Math::max);
    }
    long opset = opsets.getOrDefault("", 1L);
    if (opset < 1 || opset > OperatorTable.LAST_OPSET) {
      throw wrongOpset(opset);
    }
    return opsets;
  }

  private Fp8simException unsupported(Map<String, Long> opsets) {
    // A model of other domains only need not import ONNX's own.
    long opset = opsets.getOrDefault("", opsets.isEmpty() ? 1L : OperatorTable.FIRST_OPSET);
    if (opset < OperatorTable.FIRST_OPSET) {
      return wrongOpset(opset);
    }
    List<String> nodes = context.unsupported();
    return Fp8simException.input(
        "%s: %d unsupported node%s: %s"
            .formatted(file, nodes.size(), nodes.size() == 1 ? "" : "s", String.join("; ", nodes)));
  }

  private Fp8simException wrongOpset(long opset) {
    return Fp8simException.input(
        "%s: has opset %d, fp8sim reads %d to %d; convert it with onnx.version_converter"
            .formatted(file, opset, OperatorTable.FIRST_OPSET, OperatorTable.LAST_OPSET));
  }

  private static Map<String, FunctionProto> functions(ModelProto model) {
    return model.getFunctionsList().stream()
        .collect(
            Collectors.toMap(
                f -> NodeImporter.functionKey(f.getDomain(), f.getName(), f.getOverload()),
                f -> f,
                (first, second) -> first));
  }
}
