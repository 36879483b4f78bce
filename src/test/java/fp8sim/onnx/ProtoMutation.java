package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Random;

/** Changes to a model that keep it a valid protobuf, but not a sensible one. */
public final class ProtoMutation {
  private static final long[] NUMBERS = {
    -1,
    0,
    1,
    2,
    3,
    5,
    7,
    64,
    -2,
    -7,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 33
  };
  private static final List<String> OPERATORS =
      List.of(
          "Add",
          "ArgMax",
          "AveragePool",
          "BatchNormalization",
          "Cast",
          "Clip",
          "Concat",
          "Conv",
          "ConvTranspose",
          "CumSum",
          "DepthToSpace",
          "DequantizeLinear",
          "Einsum",
          "Expand",
          "Flatten",
          "Gather",
          "GatherElements",
          "GatherND",
          "Gemm",
          "GlobalAveragePool",
          "If",
          "InstanceNormalization",
          "LRN",
          "LayerNormalization",
          "LpNormalization",
          "MatMul",
          "MaxPool",
          "Mul",
          "PRelu",
          "Pad",
          "QuantizeLinear",
          "Range",
          "ReduceMean",
          "Reshape",
          "Resize",
          "Shape",
          "Size",
          "Slice",
          "Softmax",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Tile",
          "Transpose",
          "Trilu",
          "Unsqueeze",
          "Where",
          "ConstantOfShape",
          "Constant",
          "Dropout");

  private ProtoMutation() {}

  /** One change of the graph. */
  public static void edit(GraphProto.Builder graph, Random random) {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(8)) {
      case 0 -> node.setOpType(OPERATORS.get(random.nextInt(OPERATORS.size())));
      case 1, 2 -> editAttribute(node, random);
      case 3 -> swapInput(graph, node, random);
      case 4 -> removeInput(node, random);
      case 5 -> graph.removeNode(random.nextInt(graph.getNodeCount()));
      case 6 -> editDims(graph, random);
      default -> editConstant(graph, random);
    }
  }

  private static long number(Random random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private static void editAttribute(NodeProto.Builder node, Random random) {
    if (node.getAttributeCount() == 0) {
      return;
    }
    AttributeProto.Builder attribute =
        node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    if (attribute.getIntsCount() > 0) {
      attribute.setInts(random.nextInt(attribute.getIntsCount()), number(random));
      if (random.nextInt(3) == 0) {
        attribute.addInts(number(random));
      }
    } else if (attribute.hasI()) {
      attribute.setI(number(random));
    } else if (attribute.hasF()) {
      attribute.setF(Float.NaN);
    } else if (attribute.hasS()) {
      attribute.setS(ByteString.copyFromUtf8("odd"));
    } else if (attribute.hasT()) {
      editTensor(attribute.getTBuilder(), random);
    }
  }

  private static void swapInput(GraphProto.Builder graph, NodeProto.Builder node, Random random) {
    NodeProto other = graph.getNode(random.nextInt(graph.getNodeCount()));
    if (node.getInputCount() > 0) {
      String value =
          random.nextBoolean() && graph.getInitializerCount() > 0
              ? graph.getInitializer(random.nextInt(graph.getInitializerCount())).getName()
              : other.getOutput(0);
      node.setInput(random.nextInt(node.getInputCount()), value);
    }
  }

  private static void removeInput(NodeProto.Builder node, Random random) {
    if (node.getInputCount() > 0) {
      node.setInput(random.nextInt(node.getInputCount()), "");
    }
  }

  private static void editDims(GraphProto.Builder graph, Random random) {
    if (graph.getInitializerCount() > 0) {
      TensorProto.Builder tensor =
          graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
      switch (random.nextInt(3)) {
        case 0 -> tensor.addDims(1);
        case 1 -> tensor.setDataType(random.nextInt(24));
        default -> {
          if (tensor.getDimsCount() > 0) {
            tensor.setDims(random.nextInt(tensor.getDimsCount()), number(random));
          }
        }
      }
    }
  }

  private static void editConstant(GraphProto.Builder graph, Random random) {
    for (int tries = 0; tries < 20 && graph.getInitializerCount() > 0; tries++) {
      TensorProto.Builder tensor =
          graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
      if (tensor.getDataType() == TensorProto.DataType.INT64_VALUE) {
        editTensor(tensor, random);
        return;
      }
    }
  }

  private static void editTensor(TensorProto.Builder tensor, Random random) {
    byte[] raw = tensor.getRawData().toByteArray();
    if (raw.length >= 8) {
      long value = number(random);
      int position = 8 * random.nextInt(raw.length / 8);
      for (int i = 0; i < 8; i++) {
        raw[position + i] = (byte) (value >>> (8 * i));
      }
      tensor.setRawData(ByteString.copyFrom(raw));
    } else {
      tensor.setRawData(ByteString.EMPTY);
    }
  }
}
