package fp8sim.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataTypeTest {
  /** Names and numbers are those of ONNX' own definition. */
  @ParameterizedTest
  @EnumSource
  void hasOnnxNumber(DataType type) {
    assertThat(TensorProto.DataType.forNumber(type.onnxCode())).hasToString(type.name());
    assertThat(DataType.ofOnnxCode(type.onnxCode())).isEqualTo(type);
  }

  /** Strings, complex numbers, types of 4 bits, and what ONNX does not define. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 8, 14, 15, 21, 22, 23, 31, 32, 1000})
  void otherNumbersAreRefused(int code) {
    assertThatIllegalArgumentException().isThrownBy(() -> DataType.ofOnnxCode(code));
  }

  @Test
  void knowsKinds() {
    EnumSet<DataType> unsigned =
        EnumSet.of(DataType.UINT8, DataType.UINT16, DataType.UINT32, DataType.UINT64);
    EnumSet<DataType> signed =
        EnumSet.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);
    EnumSet<DataType> float8 = EnumSet.range(DataType.FLOAT8E4M3FN, DataType.FLOAT8E5M2FNUZ);
    for (DataType type : DataType.values()) {
      assertThat(type.isUnsigned()).as(type.name()).isEqualTo(unsigned.contains(type));
      assertThat(type.isInteger())
          .as(type.name())
          .isEqualTo(unsigned.contains(type) || signed.contains(type));
      assertThat(type.isFloating())
          .as(type.name())
          .isEqualTo(!type.isInteger() && type != DataType.BOOL);
      assertThat(type.isFloat8()).as(type.name()).isEqualTo(float8.contains(type));
    }
    assertThat(DataType.BFLOAT16.bytes()).isEqualTo(2);
    assertThat(DataType.BOOL.bytes()).isEqualTo(1);
    assertThat(DataType.UINT64.bytes()).isEqualTo(8);
  }
}
