package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import fp8sim.tensor.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Changes that no exporter makes: extremes, wrong kinds, lies about types and sizes. */
final class HostileMutation {
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    -2,
    1 << 16,
    (1L << 31) - 1,
    1L << 31,
    -(1L << 31),
    1L << 32,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final int LAST_OPSET = 29;

  private final Random random;
  private final FuzzTensors tensors;
  private final ModelProto.Builder model;
  private final GraphProto.Builder graph;

  HostileMutation(Random random, ModelProto.Builder model, GraphProto.Builder graph) {
    this.random = random;
    this.tensors = new FuzzTensors(random);
    this.model = model;
    this.graph = graph;
  }

  /** One change of a graph that has nodes. */
  void edit() {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(10)) {
      case 0 -> extremeAttribute(node);
      case 1 -> otherKind(node);
      case 2, 3 -> moveInputs(node);
      case 4 -> declareValue(node);
      case 5 -> extremeInput();
      case 6 -> extremeConstant();
      case 7 -> wrongSize();
      case 8 -> otherOpset();
      default -> outerName(node);
    }
  }

  private long extreme() {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  private void extremeAttribute(NodeProto.Builder node) {
    if (node.getAttributeCount() > 0) {
      AttributeProto.Builder attribute =
          node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
      switch (attribute.getType()) {
        case INT -> attribute.setI(extreme());
        case FLOAT -> attribute.setF(tensors.number());
        case INTS -> {
          int count = Math.max(1, attribute.getIntsCount());
          attribute.clearInts();
          for (int i = 0; i < count; i++) {
            attribute.addInts(random.nextBoolean() ? extreme() : random.nextInt(5));
          }
        }
        case FLOATS -> attribute.addFloats(tensors.number());
        case STRING -> attribute.setS(ByteString.copyFrom(new byte[] {(byte) random.nextInt()}));
        default -> node.addAttribute(attribute.build());
      }
    }
  }

  /** An attribute with the contents of another kind, or none. */
  private void otherKind(NodeProto.Builder node) {
    if (node.getAttributeCount() > 0) {
      AttributeProto.Builder attribute =
          node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
      AttributeType[] kinds = AttributeType.values();
      AttributeType kind = kinds[random.nextInt(kinds.length - 1)]; // the last is "unrecognized"
      if (random.nextBoolean()) {
        attribute.clear().setName(attribute.getName()).setI(extreme()).addInts(random.nextInt(4));
      }
      attribute.setType(kind);
    }
  }

  private void moveInputs(NodeProto.Builder node) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    if (inputs.isEmpty()) {
      return;
    }
    int i = random.nextInt(inputs.size());
    switch (random.nextInt(4)) {
      case 0 -> inputs.remove(i);
      case 1 -> inputs.add(i, inputs.get(random.nextInt(inputs.size())));
      case 2 -> Collections.shuffle(inputs, random);
      default -> inputs.addAll(List.copyOf(inputs));
    }
    node.clearInput().addAllInput(inputs);
  }

  /** A type and shape of a computed value that need not be its own. */
  private void declareValue(NodeProto.Builder node) {
    if (node.getOutputCount() > 0) {
      ValueInfoProto.Builder info =
          ValueInfoProto.newBuilder()
              .setName(node.getOutput(random.nextInt(node.getOutputCount())));
      TypeProto.Tensor.Builder type = info.getTypeBuilder().getTensorTypeBuilder();
      type.setElemType(random.nextInt(8) == 0 ? random.nextInt(30) : tensors.type().onnxCode());
      for (int rank = random.nextInt(4); rank > 0; rank--) {
        type.getShapeBuilder()
            .addDimBuilder()
            .setDimValue(random.nextBoolean() ? extreme() : tensors.size());
      }
      graph.addValueInfo(info);
    }
  }

  private void extremeInput() {
    if (graph.getInputCount() > 0) {
      TypeProto.Tensor.Builder type =
          graph
              .getInputBuilder(random.nextInt(graph.getInputCount()))
              .getTypeBuilder()
              .getTensorTypeBuilder();
      int rank = type.getShape().getDimCount();
      if (rank > 0) {
        type.getShapeBuilder().getDimBuilder(random.nextInt(rank)).setDimValue(extreme());
      } else {
        type.setElemType(random.nextInt(30));
      }
    }
  }

  private TensorProto.Builder anyConstant() {
    return graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
  }

  /** Shapes, axes, repeats and the like are constants of int64. */
  private void extremeConstant() {
    for (int tries = 0; tries < 5 && graph.getInitializerCount() > 0; tries++) {
      TensorProto.Builder tensor = anyConstant();
      if (tensor.getDataType() == DataType.INT64.onnxCode() && tensor.getDimsCount() <= 1) {
        tensor.clearRawData().clearInt64Data();
        long count = tensor.getDimsCount() == 0 ? 1 : Math.clamp(tensor.getDims(0), 0, 8);
        if (tensor.getDimsCount() == 1) {
          tensor.setDims(0, count);
        }
        for (int i = 0; i < count; i++) {
          tensor.addInt64Data(random.nextBoolean() ? extreme() : random.nextInt(6));
        }
        return;
      }
    }
  }

  /** Contents that are not as many as the dimensions or the type say. */
  private void wrongSize() {
    if (graph.getInitializerCount() > 0) {
      TensorProto.Builder tensor = anyConstant();
      switch (random.nextInt(4)) {
        case 0 -> tensor.addDims(extreme());
        case 1 -> tensor.setDataType(random.nextInt(30));
        case 2 -> {
          int size = tensor.getRawData().size();
          tensor.setRawData(tensor.getRawData().substring(0, random.nextInt(size + 1)));
        }
        default -> tensor.addFloatData(1).addInt32Data(-1).addInt64Data(extreme());
      }
    }
  }

  private void otherOpset() {
    int count = model.getOpsetImportCount();
    if (count == 0 || random.nextInt(8) == 0) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(extreme()));
    } else if (random.nextInt(8) == 0) {
      model.removeOpsetImport(random.nextInt(count));
    } else {
      model.getOpsetImportBuilder(random.nextInt(count)).setVersion(1 + random.nextInt(LAST_OPSET));
    }
  }

  /** A value of the main graph, from wherever the node is. */
  private void outerName(NodeProto.Builder node) {
    GraphProto.Builder main = model.getGraphBuilder();
    if (main.getNodeCount() > 0 && node.getInputCount() > 0) {
      NodeProto other = main.getNode(random.nextInt(main.getNodeCount()));
      if (other.getOutputCount() > 0) {
        String value = other.getOutput(random.nextInt(other.getOutputCount()));
        if (random.nextInt(4) == 0 && node.getOutputCount() > 0) {
          node.setOutput(random.nextInt(node.getOutputCount()), value);
        } else {
          node.setInput(random.nextInt(node.getInputCount()), value);
        }
      }
    }
  }
}
