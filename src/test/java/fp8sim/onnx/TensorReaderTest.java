package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorReaderTest {
  private final TensorReader reader = new TensorReader(new ExternalData(null));

  /** The bytes of the numbers 0, 1 and 2 (booleans: 0, 1, 1) as each type encodes them. */
  private static TensorProto.Builder typed(DataType type) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.onnxCode()).addDims(3);
    for (int i = 0; i < 3; i++) {
      switch (type) {
        case FLOAT -> tensor.addFloatData(i);
        case DOUBLE -> tensor.addDoubleData(i);
        case INT64 -> tensor.addInt64Data(i);
        case UINT32, UINT64 -> tensor.addUint64Data(i);
        case FLOAT16 -> tensor.addInt32Data(Float.floatToFloat16(i));
        case BFLOAT16 -> tensor.addInt32Data(Float.floatToIntBits(i) >>> 16);
        default -> tensor.addInt32Data(i);
      }
    }
    return tensor;
  }

  private static byte[] raw(DataType type) {
    byte[] bytes = new byte[3 * type.bytes()];
    for (int i = 0; i < 3; i++) {
      long bits =
          switch (type) {
            case FLOAT -> Float.floatToIntBits(i);
            case DOUBLE -> Double.doubleToLongBits(i);
            case FLOAT16 -> Float.floatToFloat16(i);
            case BFLOAT16 -> Float.floatToIntBits(i) >>> 16;
            case BOOL -> Math.min(i, 1);
            default -> i;
          };
      for (int b = 0; b < type.bytes(); b++) {
        bytes[i * type.bytes() + b] = (byte) (bits >>> (8 * b));
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void typedFieldsOfEveryTypeAreRead(DataType type) {
    Tensor tensor = reader.read(typed(type).build(), "tensor");
    assertThat(tensor.type()).isEqualTo(type);
    assertThat(tensor.shape()).isEqualTo(Shape.of(3));
    assertThat(tensor.data().toArray(Tensor.BYTE)).isEqualTo(raw(type));
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void rawDataOfEveryTypeIsRead(DataType type) {
    TensorProto proto =
        TensorProto.newBuilder()
            .setDataType(type.onnxCode())
            .addDims(3)
            .setRawData(ByteString.copyFrom(raw(type)))
            .build();
    assertThat(reader.read(proto, "tensor").data().toArray(Tensor.BYTE)).isEqualTo(raw(type));
  }

  @Test
  void booleansBecomeZeroOrOne() {
    TensorProto proto =
        TensorProto.newBuilder()
            .setDataType(DataType.BOOL.onnxCode())
            .addDims(3)
            .setRawData(ByteString.copyFrom(new byte[] {0, -1, 7}))
            .build();
    assertThat(reader.read(proto, "tensor").data().toArray(Tensor.BYTE)).containsExactly(0, 1, 1);
  }

  @Test
  void tensorsWithoutElementsAreRead() {
    TensorProto proto =
        TensorProto.newBuilder().setDataType(1).addDims(0).addDims(1L << 30).build();
    assertThat(reader.read(proto, "tensor").shape().elements()).isZero();
  }
}
