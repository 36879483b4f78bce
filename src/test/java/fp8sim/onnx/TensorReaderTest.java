package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorReaderTest {
  private final TensorReader reader = new TensorReader(new ExternalData(null));

  /** The bytes of the numbers 0, 1 and 2 (booleans: 0, 1, 1) as each type encodes them. */
  private static TensorProto.Builder typed(DataType type) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.onnxCode()).addDims(3);
    if (type.isPacked()) {
      for (byte packed : packed(type)) {
        tensor.addInt32Data(Byte.toUnsignedInt(packed));
      }
      return tensor;
    }
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

  /** What fills the last byte is not 0, as a careless writer leaves it. */
  private static byte[] packed(DataType type) {
    return type.bits() == 4 ? new byte[] {0x10, (byte) 0xF2} : new byte[] {(byte) 0b11_10_01_00};
  }

  /** The elements in memory; -2 for 2 in a type that has no other number with its bits. */
  private static byte[] raw(DataType type) {
    if (type == DataType.INT2) {
      return new byte[] {0, 1, -2};
    }
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
            .setRawData(ByteString.copyFrom(type.isPacked() ? packed(type) : raw(type)))
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

  @ParameterizedTest
  @CsvSource({"UINT4, 5, 3", "INT4, 4, 2", "FLOAT4E2M1, 1, 1", "INT2, 5, 2", "UINT2, 4, 1"})
  void packedElementsNeedWholeBytesAndNoMore(DataType type, int elements, int bytes) {
    for (int given = 0; given <= bytes + 1; given++) {
      TensorProto.Builder raw =
          TensorProto.newBuilder().setDataType(type.onnxCode()).addDims(elements);
      TensorProto.Builder typed = raw.clone();
      raw.setRawData(ByteString.copyFrom(new byte[given]));
      typed.addAllInt32Data(Collections.nCopies(given, 0));
      if (given == bytes) {
        assertThat(reader.read(raw.build(), "t").shape().elements()).isEqualTo(elements);
        assertThat(reader.read(typed.build(), "t").shape().elements()).isEqualTo(elements);
      } else {
        String wrong = "t: holds %d %s where its shape and type need " + bytes;
        assertThatThrownBy(() -> reader.read(raw.build(), "t")).hasMessage(wrong, given, "bytes");
        assertThatThrownBy(() -> reader.read(typed.build(), "t"))
            .hasMessage(wrong, given, "values");
      }
    }
  }

  @Test
  void tensorsWithoutElementsAreRead() {
    TensorProto proto =
        TensorProto.newBuilder().setDataType(1).addDims(0).addDims(1L << 30).build();
    assertThat(reader.read(proto, "tensor").shape().elements()).isZero();
  }
}
