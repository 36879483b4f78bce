package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import fp8sim.graph.Graph;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Builds small ONNX models. */
public final class TestModel {
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

  public TestModel(int opset) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
    if (opset > 20) {
      model.setIrVersion(10);
    } else if (opset > 18) {
      model.setIrVersion(9);
    }
  }

  /** The frame of the model, for what this class has no method for. */
  public ModelProto.Builder model() {
    return model;
  }

  public GraphProto.Builder graph() {
    return graph;
  }

  /** A float32 input; a negative dimension is dynamic. */
  public TestModel input(String name, int... dims) {
    return input(name, DataType.FLOAT, dims);
  }

  public TestModel input(String name, DataType type, int... dims) {
    graph.addInput(valueInfo(name, type, dims));
    return this;
  }

  /** A float32 output of unknown shape. */
  public TestModel output(String name) {
    return output(name, DataType.FLOAT);
  }

  public TestModel output(String name, DataType type) {
    TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder().setElemType(type.onnxCode()).build();
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(tensor)));
    return this;
  }

  public TestModel floats(String name, Shape shape, float... values) {
    return initializer(name, Tensor.ofFloats(shape, values));
  }

  /** A float32 scalar. */
  public TestModel scalar(String name, float value) {
    return floats(name, Shape.SCALAR, value);
  }

  /** An int64 vector. */
  public TestModel longs(String name, long... values) {
    return initializer(name, Tensor.ofLongs(Shape.of(values.length), values));
  }

  public TestModel initializer(String name, Tensor tensor) {
    graph.addInitializer(proto(tensor).setName(name));
    return this;
  }

  /** A node of one output; names separated by blanks, {@code -} for an absent input. */
  public TestModel node(String operator, String inputs, String outputs, AttributeProto... list) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName("n_" + outputs);
    for (String input : inputs.isEmpty() ? new String[0] : inputs.split(" ")) {
      node.addInput(input.equals("-") ? "" : input);
    }
    for (String output : outputs.split(" ", 0)) {
      node.addOutput(output.equals("-") ? "" : output);
    }
    node.addAllAttribute(List.of(list));
    graph.addNode(node);
    return this;
  }

  /** Puts the last node into a domain, of which version 1 is imported. */
  public TestModel in(String domain) {
    graph.getNodeBuilder(graph.getNodeCount() - 1).setDomain(domain);
    if (model.getOpsetImportList().stream().noneMatch(o -> o.getDomain().equals(domain))) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
    }
    return this;
  }

  /** A node of ONNX Runtime's own domain; see {@link #node}. */
  public TestModel runtimeNode(
      String operator, String inputs, String outputs, AttributeProto... list) {
    return node(operator, inputs, outputs, list).in("com.microsoft");
  }

  public byte[] bytes() {
    return model.setGraph(graph).build().toByteArray();
  }

  /** The model as fp8sim reads it. */
  public Graph read() {
    return OnnxModel.read("test.onnx", bytes());
  }

  public static AttributeProto integer(String name, long value) {
    return attribute(name, AttributeType.INT).setI(value).build();
  }

  public static AttributeProto number(String name, float value) {
    return attribute(name, AttributeType.FLOAT).setF(value).build();
  }

  public static AttributeProto string(String name, String value) {
    return attribute(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
  }

  public static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  public static AttributeProto numbers(String name, float... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.FLOATS);
    for (float value : values) {
      attribute.addFloats(value);
    }
    return attribute.build();
  }

  public static AttributeProto strings(String name, String... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.STRINGS);
    for (String value : values) {
      attribute.addStrings(ByteString.copyFromUtf8(value));
    }
    return attribute.build();
  }

  public static AttributeProto tensor(String name, Tensor value) {
    return attribute(name, AttributeType.TENSOR).setT(proto(value)).build();
  }

  public static AttributeProto graph(String name, TestModel value) {
    return attribute(name, AttributeType.GRAPH).setG(value.graph).build();
  }

  /** A tensor with raw data. */
  public static TensorProto.Builder proto(Tensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(tensor.type().onnxCode());
    for (int dim : tensor.shape().dims()) {
      proto.addDims(dim);
    }
    byte[] raw =
        tensor.type().isPacked() ? PackedElements.pack(tensor) : tensor.data().toArray(Tensor.BYTE);
    return proto.setRawData(ByteString.copyFrom(raw));
  }

  private static AttributeProto.Builder attribute(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  private static ValueInfoProto valueInfo(String name, DataType type, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : dims) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (dim < 0) {
        dimension.setDimParam("N" + -dim);
      } else {
        dimension.setDimValue(dim);
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.onnxCode()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
