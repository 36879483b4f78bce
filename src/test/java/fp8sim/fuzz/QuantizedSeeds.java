package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small models of the quantized, fused and block-weight operators of other domains than ONNX's. */
final class QuantizedSeeds {
  private final Random random = new Random(9);
  private final List<Specimen> seeds = new ArrayList<>();

  private QuantizedSeeds() {}

  static List<Specimen> all() throws InvalidProtocolBufferException {
    QuantizedSeeds all = new QuantizedSeeds();
    all.addProducts();
    all.addElements();
    all.addFused();
    return all.seeds;
  }

  /** The last node is of another domain. */
  private void add(String domain, String name, OperatorModel model)
      throws InvalidProtocolBufferException {
    ModelProto.Builder built = ModelProto.parseFrom(model.bytes()).toBuilder();
    built.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
    int last = built.getGraph().getNodeCount() - 1;
    built.getGraphBuilder().getNodeBuilder(last).setDomain(domain);
    seeds.add(new Specimen(name, built.build(), List.copyOf(model.inputs().values())));
  }

  private void addMicrosoft(String operator, OperatorModel model)
      throws InvalidProtocolBufferException {
    add("com.microsoft", operator, model);
  }

  private Tensor floats(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }

  private Tensor codes(int... dims) {
    Tensor tensor = Tensor.zeros(DataType.UINT8, Shape.of(dims));
    for (int i = 0; i < tensor.shape().elements(); i++) {
      tensor.data().set(Tensor.BYTE, i, (byte) random.nextInt(256));
    }
    return tensor;
  }

  /** A model of codes q, a weight w, and a scale s and zero point z for all. */
  private OperatorModel quantized(int... dims) {
    return new OperatorModel(13)
        .input("q", codes(dims))
        .constant("w", codes(dims))
        .constant("s", Tensor.ofFloats(Shape.SCALAR, 0.1f))
        .constant("z", codes());
  }

  private void addProducts() throws InvalidProtocolBufferException {
    addMicrosoft("QGemm", quantized(4, 4).node("QGemm", "q s z w s z - s z", "y", "transB", 1));
    addMicrosoft(
        "MatMulIntegerToFloat", quantized(4, 4).node("MatMulIntegerToFloat", "q w s s z z", "y"));
    addMicrosoft(
        "DynamicQuantizeMatMul",
        quantized(4, 4).input("x", floats(3, 4)).node("DynamicQuantizeMatMul", "x w s z", "y"));
    OperatorModel blocks =
        new OperatorModel(17)
            .input("x", floats(2, 33))
            .constant("w", codes(3, 3, 8))
            .constant("s", floats(9))
            .constant("z", codes(6));
    addMicrosoft(
        "MatMulNBits",
        blocks.node("MatMulNBits", "x w s z", "y", "K", 33, "N", 3, "bits", 4, "block_size", 16));
  }

  private void addElements() throws InvalidProtocolBufferException {
    addMicrosoft("QLinearAdd", quantized(2, 3).node("QLinearAdd", "q s z w s z s z", "y"));
    addMicrosoft(
        "QLinearConcat", quantized(2, 3).node("QLinearConcat", "s z q s z w s z", "y", "axis", 1));
    addMicrosoft(
        "QLinearSoftmax",
        quantized(2, 3).node("QLinearSoftmax", "q s z s z", "y", "axis", 1, "opset", 12));
    addMicrosoft(
        "QLinearAveragePool",
        quantized(1, 4, 4, 2)
            .node(
                "QLinearAveragePool",
                "q s z s z",
                "y",
                "channels_last",
                1,
                "kernel_shape",
                new int[] {2, 2}));
    add(
        "trt",
        "TRT_INT4QuantizeLinear",
        new OperatorModel(17)
            .input("x", floats(4, 6))
            .constant("s", floats(4, 3))
            .node("TRT_INT4QuantizeLinear", "x s", "y", "axis", 1, "block_size", 2));
  }

  private void addFused() throws InvalidProtocolBufferException {
    addMicrosoft(
        "FusedConv",
        new OperatorModel(13)
            .input("x", floats(1, 2, 4, 4))
            .constant("w", floats(2, 2, 3, 3))
            .constant("b", floats(2))
            .input("z", floats(1, 2, 2, 2))
            .node(
                "FusedConv",
                "x w b z",
                "y",
                "activation",
                "Clip",
                "activation_params",
                new float[] {-1, 1}));
    addMicrosoft(
        "FusedMatMul",
        new OperatorModel(13)
            .input("a", floats(2, 4, 3))
            .input("b", floats(2, 5, 4))
            .node("FusedMatMul", "a b", "y", "alpha", 0.5f, "transA", 1, "transB", 1));
  }
}
