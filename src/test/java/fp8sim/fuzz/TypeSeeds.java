package fp8sim.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Random;

/** Every element type as an input and a constant that are moved, cast, quantized, dequantized. */
final class TypeSeeds extends Seeds {
  private static final List<DataType> QUANTIZED =
      List.of(
          DataType.INT8,
          DataType.UINT8,
          DataType.INT16,
          DataType.INT4,
          DataType.UINT4,
          DataType.INT2,
          DataType.UINT2,
          DataType.FLOAT4E2M1,
          DataType.FLOAT8E4M3FN,
          DataType.FLOAT8E5M2FNUZ);

  private final FuzzTensors tensors = new FuzzTensors(new Random(7));

  @Override
  void addAll() throws InvalidProtocolBufferException {
    for (DataType type : DataType.values()) {
      add(
          "moved " + type,
          new OperatorModel(25)
              .input("x", tensors.tensor(type, Shape.of(3, 2)))
              .constant("c", tensors.tensor(type, Shape.of(2, 3)))
              .node("Transpose", "x", "t")
              .node("Concat", "t c", "y", "axis", 0));
      add(
          "cast " + type,
          new OperatorModel(25)
              .input("x", floats(2, 3))
              .node("Cast", "x", "t", "to", type.onnxCode())
              .node("Cast", "t", "y", "to", DataType.FLOAT.onnxCode()));
    }
    for (DataType type : QUANTIZED) {
      Tensor weight = tensors.tensor(type, Shape.of(4, 6));
      add(
          "quantized " + type,
          new OperatorModel(25)
              .input("x", floats(3, 6))
              .constant("s", Tensor.ofFloats(Shape.of(6), 1, 2, 3, 1, 2, 3))
              .node("QuantizeLinear", "x s", "q", "axis", 1, "output_dtype", type.onnxCode())
              .node("DequantizeLinear", "q s", "y", "axis", 1));
      add(
          "weight in blocks of " + type,
          new OperatorModel(25)
              .input("x", floats(3, 4))
              .constant("w", weight)
              .constant("s", floats(2, 6))
              .node("DequantizeLinear", "w s", "d", "axis", 0, "block_size", 2)
              .node("MatMul", "x d", "y"));
    }
  }
}
