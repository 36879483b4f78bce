package fp8sim.oracle;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** An ONNX model of a few nodes with the inputs to run it on. Its last node's output is its own. */
public final class OperatorModel {
  private final int opset;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("operator");
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();

  public OperatorModel(int opset) {
    this.opset = opset;
  }

  /** A graph input of the tensor's type and shape, and its value. */
  public OperatorModel input(String name, Tensor value) {
    inputs.put(name, value);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : value.shape().dims()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(value.type().onnxCode()).setShape(shape);
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(type)));
    return this;
  }

  public OperatorModel constant(String name, Tensor value) {
    graph.addInitializer(proto(value).setName(name));
    return this;
  }

  /**
   * A node.
   *
   * @param inputs names separated by spaces; {@code -} for an absent optional input
   * @param attributes name, value, name, value, ...: Integer, Float, String, int[], float[]
   */
  public OperatorModel node(String operator, String inputs, String output, Object... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName(output + "_node");
    for (String input : inputs.isEmpty() ? new String[0] : inputs.split(" ", 0)) {
      node.addInput(input.equals("-") ? "" : input);
    }
    for (String name : output.split(" ", 0)) {
      node.addOutput(name);
    }
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    graph.addNode(node);
    return this;
  }

  public Map<String, Tensor> inputs() {
    return inputs;
  }

  /** The model; the outputs of its last node are its outputs. */
  public byte[] bytes() {
    GraphProto.Builder whole = graph.clone();
    for (String output : graph.getNode(graph.getNodeCount() - 1).getOutputList()) {
      whole.addOutput(ValueInfoProto.newBuilder().setName(output));
    }
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(whole)
        .build()
        .toByteArray();
  }

  private static TensorProto.Builder proto(Tensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(tensor.type().onnxCode());
    for (int dim : tensor.shape().dims()) {
      proto.addDims(dim);
    }
    byte[] raw =
        tensor.type().isPacked() ? PackedElements.pack(tensor) : tensor.data().toArray(Tensor.BYTE);
    return proto.setRawData(ByteString.copyFrom(raw));
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Integer number -> attribute.setType(AttributeProto.AttributeType.INT).setI(number);
      case Float number -> attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
      case String text ->
          attribute
              .setType(AttributeProto.AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(text));
      case int[] numbers -> {
        attribute.setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(numbers).forEach(attribute::addInts);
      }
      case float[] numbers -> {
        attribute.setType(AttributeProto.AttributeType.FLOATS);
        for (float number : numbers) {
          attribute.addFloats(number);
        }
      }
      default -> throw new IllegalArgumentException("attribute " + name + " of " + value);
    }
    return attribute.build();
  }
}
