package fp8sim.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Small models of the quantized, fused and block-weight operators of other domains than ONNX's. */
final class QuantizedSeeds extends Seeds {
  @Override
  void addAll() throws InvalidProtocolBufferException {
    addProducts();
    addElements();
    addFused();
    addQonnx();
    addTensorRt();
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
    addMicrosoft("QLinearMul", quantized(2, 3).node("QLinearMul", "q s z w s z s z", "y"));
    addMicrosoft(
        "QLinearWhere",
        quantized(2, 3)
            .input("c", Tensor.zeros(DataType.BOOL, Shape.of(2, 3)))
            .node("QLinearWhere", "c q s z w s z s z", "y"));
    addMicrosoft("QLinearSigmoid", quantized(2, 3).node("QLinearSigmoid", "q s z s z", "y"));
    addMicrosoft(
        "QLinearLeakyRelu",
        quantized(2, 3).node("QLinearLeakyRelu", "q s z s z", "y", "alpha", 0.1f));
    addMicrosoft(
        "QLinearGlobalAveragePool",
        quantized(1, 2, 3, 3).node("QLinearGlobalAveragePool", "q s z s z", "y"));
    addMicrosoft(
        "QuantizeLinear",
        quantized(2, 3).input("x", floats(2, 3)).node("QuantizeLinear", "x s z", "y"));
    addMicrosoft("DequantizeLinear", quantized(2, 3).node("DequantizeLinear", "q s z", "y"));
  }

  private void addTensorRt() throws InvalidProtocolBufferException {
    add(
        "trt",
        "TRT_INT4QuantizeLinear",
        new OperatorModel(17)
            .input("x", floats(4, 6))
            .constant("s", floats(4, 3))
            .node("TRT_INT4QuantizeLinear", "x s", "y", "axis", 1, "block_size", 2));
    add(
        "trt",
        "TRT_INT4DequantizeLinear",
        new OperatorModel(17)
            .constant("q", Tensor.zeros(DataType.INT4, Shape.of(4, 6)))
            .input("s", floats(4, 3))
            .node("TRT_INT4DequantizeLinear", "q s", "y", "axis", 1, "block_size", 2));
    add(
        "trt",
        "TRT_FP8QuantizeLinear",
        new OperatorModel(17)
            .input("x", floats(4, 6))
            .constant("s", floats())
            .node("TRT_FP8QuantizeLinear", "x s", "y"));
    add(
        "trt",
        "TRT_FP8DequantizeLinear",
        new OperatorModel(17)
            .input("q", Tensor.zeros(DataType.FLOAT8E4M3FN, Shape.of(4, 6)))
            .constant("s", floats())
            .node("TRT_FP8DequantizeLinear", "q s", "y"));
  }

  private void addQonnx() throws InvalidProtocolBufferException {
    for (String operator : List.of("Quant", "IntQuant")) {
      add(
          "qonnx.custom_op.general",
          operator,
          scalars(0.25f, 0, 4).node(operator, "x c0 c1 c2", "y", "narrow", 1));
    }
    add("qonnx.custom_op.general", "BipolarQuant", scalars(0.5f).node("BipolarQuant", "x c0", "y"));
    add(
        "qonnx.custom_op.general",
        "FloatQuant",
        scalars(2, 2, 1, 1, 6)
            .node("FloatQuant", "x c0 c1 c2 c3 c4", "y", "rounding_mode", "FLOOR"));
  }

  /** Numbers x and scalars c0, c1, ... */
  private OperatorModel scalars(float... values) {
    OperatorModel model = new OperatorModel(13).input("x", floats(3, 4));
    for (int i = 0; i < values.length; i++) {
      model.constant("c" + i, Tensor.ofFloats(Shape.SCALAR, values[i]));
    }
    return model;
  }

  private void addFused() throws InvalidProtocolBufferException {
    addMicrosoft(
        "FusedGemm",
        new OperatorModel(13)
            .input("a", floats(3, 4))
            .constant("b", floats(4, 2))
            .constant("c", floats(2))
            .node("FusedGemm", "a b c", "y", "activation", "Relu"));
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
