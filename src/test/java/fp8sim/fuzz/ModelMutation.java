package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fp8sim.onnx.ProtoMutation;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a model that know what a model is made of: most mutants still load, with other
 * operators, attributes, types, shapes and connections than anybody would choose.
 */
final class ModelMutation {
  private static final int MOST_ELEMENTS = 1 << 14;
  private static final int READ_OPSET = 22;

  private final Random random;
  private final List<NodeProto> donors;
  private final FuzzTensors tensors;
  private final GraphProto.Builder graph;
  private final ModelProto.Builder model;

  private ModelMutation(
      ModelProto.Builder model, GraphProto.Builder graph, Random random, List<NodeProto> donors) {
    this.random = random;
    this.donors = donors;
    this.tensors = new FuzzTensors(random);
    this.model = model;
    this.graph = graph;
  }

  /** A model like {@code original} with one to six changes. */
  static ModelProto mutate(ModelProto original, Random random, List<NodeProto> donors) {
    ModelProto.Builder model = original.toBuilder();
    ModelMutation mutation = new ModelMutation(model, model.getGraphBuilder(), random, donors);
    if (random.nextInt(3) > 0) {
      mutation.lowerOpset();
    }
    if (original.getGraph().getNodeCount() > 10 && random.nextInt(8) > 0) {
      mutation.cut();
    }
    int edits = 1;
    while (edits < 6 && random.nextInt(2) == 0) {
      edits++;
    }
    for (int i = 0; i < edits; i++) {
      mutation.edit();
    }
    return mutation.model.build();
  }

  private void edit() {
    if (graph.getNodeCount() == 0) {
      insertNode();
      return;
    }
    switch (random.nextInt(25)) {
      case 0, 1, 2, 3 -> ProtoMutation.edit(graph, random);
      case 4, 5 -> takeOperator();
      case 6, 7 -> takeAttribute();
      case 8 -> smallAttribute();
      case 9, 10 -> insertNode();
      case 11, 12 -> reshapeInput();
      case 13 -> retypeInput();
      case 14 -> reshapeConstant();
      case 15 -> retypeConstant();
      case 16 -> refillConstant();
      case 17 -> connect();
      case 18 -> editOutputs();
      case 19, 20, 21 -> new HostileMutation(random, model, graph).edit();
      case 22, 23 -> editBody();
      default -> editFrame();
    }
  }

  /** The graph in an attribute of a node; a change of another kind if there is none. */
  private void editBody() {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.hasG() && random.nextInt(3) > 0) {
          new ModelMutation(model, attribute.getGBuilder(), random, donors).edit();
          return;
        }
      }
    }
    new HostileMutation(random, model, graph).edit();
  }

  /** Newer models often mean the same in an opset that is certainly read. */
  private void lowerOpset() {
    for (OperatorSetIdProto.Builder opset : model.getOpsetImportBuilderList()) {
      if (opset.getDomain().isEmpty() && opset.getVersion() > READ_OPSET) {
        opset.setVersion(READ_OPSET);
      }
    }
  }

  /** Keeps what one value, rather an early one, depends on; makes it the only output. */
  private void cut() {
    double position = random.nextDouble();
    int last = (int) (position * position * graph.getNodeCount());
    NodeProto end = graph.getNode(last);
    if (end.getOutputCount() == 0) {
      return;
    }
    Set<String> needed = new HashSet<>(List.of(end.getOutput(0)));
    List<NodeProto> kept = new ArrayList<>();
    for (int i = last; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        needed.addAll(node.getInputList());
        node.getAttributeList().forEach(attribute -> addReads(attribute.getG(), needed));
      }
    }
    List<TensorProto> constants =
        graph.getInitializerList().stream().filter(t -> needed.contains(t.getName())).toList();
    graph.clearNode().addAllNode(kept).clearInitializer().addAllInitializer(constants);
    graph.clearOutput().addOutput(ValueInfoProto.newBuilder().setName(end.getOutput(0)));
  }

  private static void addReads(GraphProto branch, Set<String> reads) {
    branch.getNodeList().forEach(node -> reads.addAll(node.getInputList()));
    branch.getOutputList().forEach(output -> reads.add(output.getName()));
  }

  private NodeProto.Builder anyNode() {
    return graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
  }

  private NodeProto donor() {
    return donors.get(random.nextInt(donors.size()));
  }

  /** Another operator with its attributes on the same operands. */
  private void takeOperator() {
    NodeProto donor = donor();
    NodeProto.Builder node = anyNode();
    node.setOpType(donor.getOpType()).setDomain(donor.getDomain()).clearAttribute();
    node.addAllAttribute(donor.getAttributeList());
    fitInputs(node, donor.getInputCount());
  }

  private void fitInputs(NodeProto.Builder node, int count) {
    while (node.getInputCount() < count) {
      node.addInput(anyValue());
    }
    if (node.getInputCount() > count) {
      List<String> fewer = List.copyOf(node.getInputList().subList(0, count));
      node.clearInput().addAllInput(fewer);
    }
  }

  /** An attribute of another node of this operator, or rarely of any; or one less. */
  private void takeAttribute() {
    NodeProto.Builder node = anyNode();
    if (node.getAttributeCount() > 0 && random.nextInt(4) == 0) {
      node.removeAttribute(random.nextInt(node.getAttributeCount()));
      return;
    }
    boolean any = random.nextInt(10) == 0;
    List<NodeProto> from =
        donors.stream()
            .filter(d -> d.getAttributeCount() > 0)
            .filter(d -> any || d.getOpType().equals(node.getOpType()))
            .toList();
    if (!from.isEmpty()) {
      NodeProto donor = from.get(random.nextInt(from.size()));
      AttributeProto taken = donor.getAttribute(random.nextInt(donor.getAttributeCount()));
      for (int i = node.getAttributeCount() - 1; i >= 0; i--) {
        if (node.getAttribute(i).getName().equals(taken.getName())) {
          node.removeAttribute(i);
        }
      }
      node.addAttribute(taken);
    }
  }

  /** Numbers that are wrong by little, and lists of another length. */
  private void smallAttribute() {
    NodeProto.Builder node = anyNode();
    if (node.getAttributeCount() == 0) {
      return;
    }
    AttributeProto.Builder attribute =
        node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    switch (attribute.getType()) {
      case INT -> attribute.setI(random.nextInt(8) - 3);
      case FLOAT -> attribute.setF(tensors.number());
      case INTS -> {
        List<Long> numbers = new ArrayList<>(attribute.getIntsList());
        if (random.nextInt(3) == 0) {
          numbers.add((long) random.nextInt(5) - 1);
        } else if (!numbers.isEmpty()) {
          int i = random.nextInt(numbers.size());
          if (random.nextInt(3) == 0) {
            numbers.remove(i);
          } else {
            numbers.set(i, (long) random.nextInt(7) - 2);
          }
        }
        attribute.clearInts().addAllInts(numbers);
      }
      case TENSOR -> attribute.setT(smallTensor(attribute.getT()));
      default -> {}
    }
  }

  private TensorProto smallTensor(TensorProto from) {
    return tensors.proto(from.getName(), tensors.type(), tensors.shape()).build();
  }

  /** A node of another model behind any value; its result is read by another node or returned. */
  private void insertNode() {
    NodeProto.Builder node = donor().toBuilder();
    String name = "inserted" + graph.getNodeCount() + "_" + random.nextInt(1000);
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < node.getOutputCount(); i++) {
      outputs.add(node.getOutput(i).isEmpty() ? "" : name + "_" + i);
    }
    node.setName(name).clearOutput().addAllOutput(outputs);
    int count = node.getInputCount();
    node.clearInput();
    fitInputs(node, count);
    int at = random.nextInt(graph.getNodeCount() + 1);
    graph.addNode(at, node);
    if (outputs.isEmpty()) {
      return;
    }
    String result = outputs.get(random.nextInt(outputs.size()));
    if (random.nextInt(3) == 0) {
      graph.addOutput(ValueInfoProto.newBuilder().setName(result));
    } else if (random.nextBoolean() && graph.getOutputCount() > 0) {
      graph.getOutputBuilder(random.nextInt(graph.getOutputCount())).setName(result).clearType();
    } else {
      NodeProto.Builder reader = anyNode();
      if (reader.getInputCount() > 0) {
        reader.setInput(random.nextInt(reader.getInputCount()), result);
      }
    }
  }

  /** The name of an input, a constant, or a node's output; sometimes a new constant. */
  private String anyValue() {
    int kind = random.nextInt(8);
    if (kind < 3 && graph.getInputCount() > 0) {
      return graph.getInput(random.nextInt(graph.getInputCount())).getName();
    }
    if (kind < 5 && graph.getInitializerCount() > 0) {
      return graph.getInitializer(random.nextInt(graph.getInitializerCount())).getName();
    }
    if (kind < 7 && graph.getNodeCount() > 0) {
      NodeProto node = graph.getNode(random.nextInt(graph.getNodeCount()));
      if (node.getOutputCount() > 0) {
        return node.getOutput(random.nextInt(node.getOutputCount()));
      }
    }
    String name = "constant" + graph.getInitializerCount() + "_" + random.nextInt(1000);
    graph.addInitializer(tensors.proto(name, tensors.type(), tensors.shape()));
    return name;
  }

  private TypeProto.Tensor.@Nullable Builder anyInput() {
    if (graph.getInputCount() == 0) {
      return null;
    }
    TypeProto.Builder type =
        graph.getInputBuilder(random.nextInt(graph.getInputCount())).getTypeBuilder();
    return type.hasTensorType() ? type.getTensorTypeBuilder() : null;
  }

  private void reshapeInput() {
    TypeProto.Tensor.Builder input = anyInput();
    if (input == null) {
      return;
    }
    TensorShapeProto.Builder shape = input.getShapeBuilder();
    switch (random.nextInt(4)) {
      case 0 -> shape.addDimBuilder().setDimValue(tensors.size());
      case 1 -> {
        if (shape.getDimCount() > 0) {
          shape.removeDim(random.nextInt(shape.getDimCount()));
        }
      }
      default -> {
        if (shape.getDimCount() > 0) {
          shape.getDimBuilder(random.nextInt(shape.getDimCount())).setDimValue(tensors.size());
        }
      }
    }
  }

  private void retypeInput() {
    TypeProto.Tensor.Builder input = anyInput();
    if (input != null) {
      input.setElemType(tensors.type().onnxCode());
    }
  }

  private void reshapeConstant() {
    if (graph.getInitializerCount() > 0) {
      TensorProto.Builder tensor = anyConstant();
      DataType type = tensors.known(tensor.getDataType());
      List<Integer> dims = new ArrayList<>();
      for (long dim : tensor.getDimsList()) {
        dims.add(Math.clamp(dim, 0, MOST_ELEMENTS));
      }
      if (random.nextInt(3) == 0) {
        dims.add(tensors.size());
      } else if (!dims.isEmpty()) {
        int i = random.nextInt(dims.size());
        if (random.nextInt(3) == 0) {
          dims.subList(i, i + 1).clear();
        } else {
          dims.set(i, tensors.size());
        }
      }
      replace(tensor, type, dims.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private void retypeConstant() {
    if (graph.getInitializerCount() > 0) {
      TensorProto.Builder tensor = anyConstant();
      replace(tensor, tensors.type(), dims(tensor));
    }
  }

  private void refillConstant() {
    if (graph.getInitializerCount() > 0) {
      TensorProto.Builder tensor = anyConstant();
      replace(tensor, tensors.known(tensor.getDataType()), dims(tensor));
    }
  }

  private static int[] dims(TensorProto.Builder tensor) {
    return tensor.getDimsList().stream().mapToInt(dim -> Math.clamp(dim, 0, 1 << 20)).toArray();
  }

  private TensorProto.Builder anyConstant() {
    return graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
  }

  private void replace(TensorProto.Builder tensor, DataType type, int... dims) {
    long elements = 1;
    for (int dim : dims) {
      elements = Math.min(1L << 40, elements * dim);
    }
    if (elements <= MOST_ELEMENTS) {
      TensorProto made = tensors.proto(tensor.getName(), type, Shape.of(dims)).build();
      tensor.clear().mergeFrom(made);
    }
  }

  private void connect() {
    NodeProto.Builder node = anyNode();
    if (random.nextInt(3) == 0) {
      node.addInput(anyValue());
    } else if (node.getInputCount() > 0) {
      node.setInput(random.nextInt(node.getInputCount()), anyValue());
    }
  }

  private void editOutputs() {
    switch (random.nextInt(4)) {
      case 0 -> graph.addOutput(ValueInfoProto.newBuilder().setName(anyValue()));
      case 1 -> anyNode().addOutput(random.nextBoolean() ? "" : "more" + random.nextInt(3));
      case 2 -> {
        if (graph.getOutputCount() > 0) {
          graph.getOutputBuilder(random.nextInt(graph.getOutputCount())).clearType();
        }
      }
      default -> {
        NodeProto.Builder node = anyNode();
        if (node.getOutputCount() > 0) {
          node.setOutput(random.nextInt(node.getOutputCount()), "");
        }
      }
    }
  }

  private void editFrame() {
    if (random.nextInt(3) == 0 && graph.getInputCount() > 0) {
      // An input that is a constant, or one that nobody feeds.
      graph.removeInput(random.nextInt(graph.getInputCount()));
    } else if (model.getOpsetImportCount() > 0) {
      model.getOpsetImportBuilder(0).setVersion(7 + random.nextInt(20));
    }
  }
}
