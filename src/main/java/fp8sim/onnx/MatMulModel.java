package fp8sim.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The model of one matrix product, for measurements. */
public final class MatMulModel {
  /** The name of the left operand. */
  public static final String INPUT = "a";

  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private MatMulModel() {}

  /**
   * The bytes of a model that computes {@code y [m,n] = a [m,k] * b}.
   *
   * @param b its constant right operand, {@code [k,n]}
   */
  public static byte[] of(int m, int k, int n, float[] b) {
    ByteBuffer bytes = ByteBuffer.allocate(b.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(b);
    OnnxMl.TensorProto weight =
        OnnxMl.TensorProto.newBuilder()
            .setName("b")
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .addDims(k)
            .addDims(n)
            .setRawData(ByteString.copyFrom(bytes))
            .build();
    OnnxMl.NodeProto node =
        OnnxMl.NodeProto.newBuilder()
            .setOpType("MatMul")
            .addInput(INPUT)
            .addInput("b")
            .addOutput("y")
            .build();
    OnnxMl.GraphProto graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("matmul")
            .addNode(node)
            .addInitializer(weight)
            .addInput(matrix(INPUT, m, k))
            .addOutput(matrix("y", m, n))
            .build();
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static OnnxMl.ValueInfoProto matrix(String name, int rows, int columns) {
    OnnxMl.TensorShapeProto shape =
        OnnxMl.TensorShapeProto.newBuilder()
            .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(rows))
            .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
            .build();
    OnnxMl.TypeProto.Tensor type =
        OnnxMl.TypeProto.Tensor.newBuilder()
            .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
