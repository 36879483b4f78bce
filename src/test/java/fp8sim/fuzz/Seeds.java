package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.onnx.TestModel;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A collection of small models with the inputs to run them on. */
abstract class Seeds {
  private static final String MICROSOFT = "com.microsoft";

  private final Random random = new Random(6);
  private final List<Specimen> seeds = new ArrayList<>();

  abstract void addAll() throws InvalidProtocolBufferException;

  final List<Specimen> all() throws InvalidProtocolBufferException {
    addAll();
    return seeds;
  }

  final void add(String name, OperatorModel model) throws InvalidProtocolBufferException {
    List<Tensor> inputs = List.copyOf(model.inputs().values());
    seeds.add(new Specimen(name, ModelProto.parseFrom(model.bytes()), inputs));
  }

  final void add(String name, TestModel model, Tensor... inputs)
      throws InvalidProtocolBufferException {
    seeds.add(new Specimen(name, ModelProto.parseFrom(model.bytes()), List.of(inputs)));
  }

  /** The last node is of another domain. */
  final void add(String domain, String name, OperatorModel model)
      throws InvalidProtocolBufferException {
    ModelProto.Builder built = ModelProto.parseFrom(model.bytes()).toBuilder();
    built.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
    int last = built.getGraph().getNodeCount() - 1;
    built.getGraphBuilder().getNodeBuilder(last).setDomain(domain);
    seeds.add(new Specimen(name, built.build(), List.copyOf(model.inputs().values())));
  }

  final void addMicrosoft(String operator, OperatorModel model)
      throws InvalidProtocolBufferException {
    add(MICROSOFT, operator, model);
  }

  final Tensor floats(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }

  static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  static Tensor ints(Shape shape, int... values) {
    Tensor tensor = Tensor.zeros(DataType.INT32, shape);
    for (int i = 0; i < values.length; i++) {
      tensor.data().setAtIndex(Tensor.INT, i, values[i]);
    }
    return tensor;
  }

  final Tensor codes(int... dims) {
    Tensor tensor = Tensor.zeros(DataType.UINT8, Shape.of(dims));
    for (int i = 0; i < tensor.shape().elements(); i++) {
      tensor.data().set(Tensor.BYTE, i, (byte) random.nextInt(256));
    }
    return tensor;
  }
}
