package fp8sim.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataTypeTest {
  private static final Map<String, Integer> YOUNG =
      Map.of("FLOAT4E2M1", 23, "FLOAT8E8M0", 24, "UINT2", 25, "INT2", 26);

  /** Names and numbers are those of ONNX' own definition. */
  @ParameterizedTest
  @EnumSource
  void hasOnnxNumber(DataType type) {
    TensorProto.DataType known = TensorProto.DataType.forNumber(type.onnxCode());
    if (known != null) {
      assertThat(known).hasToString(type.name());
    } else {
      // Younger than the generated classes.
      assertThat(YOUNG).containsEntry(type.name(), type.onnxCode());
    }
    assertThat(DataType.ofOnnxCode(type.onnxCode())).isEqualTo(type);
  }

  /** Strings, complex numbers, and what ONNX does not define. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 8, 14, 15, 27, 31, 32, 1000})
  void otherNumbersAreRefused(int code) {
    assertThatIllegalArgumentException().isThrownBy(() -> DataType.ofOnnxCode(code));
  }

  @Test
  void knowsKinds() {
    EnumSet<DataType> unsigned =
        EnumSet.of(DataType.UINT8, DataType.UINT16, DataType.UINT32, DataType.UINT64);
    unsigned.addAll(EnumSet.of(DataType.UINT4, DataType.UINT2));
    EnumSet<DataType> signed =
        EnumSet.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);
    signed.addAll(EnumSet.of(DataType.INT4, DataType.INT2));
    EnumSet<DataType> packed = EnumSet.of(DataType.UINT4, DataType.INT4, DataType.FLOAT4E2M1);
    packed.addAll(EnumSet.of(DataType.UINT2, DataType.INT2));
    EnumSet<DataType> small = EnumSet.range(DataType.FLOAT8E4M3FN, DataType.FLOAT8E5M2FNUZ);
    small.addAll(EnumSet.of(DataType.FLOAT8E8M0, DataType.FLOAT4E2M1));
    for (DataType type : DataType.values()) {
      assertThat(type.isUnsigned()).as(type.name()).isEqualTo(unsigned.contains(type));
      assertThat(type.isInteger())
          .as(type.name())
          .isEqualTo(unsigned.contains(type) || signed.contains(type));
      assertThat(type.isFloating())
          .as(type.name())
          .isEqualTo(!type.isInteger() && type != DataType.BOOL);
      assertThat(type.isSmallFloat()).as(type.name()).isEqualTo(small.contains(type));
      assertThat(type.isPacked()).as(type.name()).isEqualTo(packed.contains(type));
      assertThat(type.isStorageOnly())
          .as(type.name())
          .isEqualTo(small.contains(type) || packed.contains(type));
    }
    assertThat(DataType.BFLOAT16.bytes()).isEqualTo(2);
    assertThat(DataType.BOOL.bytes()).isEqualTo(1);
    assertThat(DataType.UINT64.bytes()).isEqualTo(8);
    assertThat(DataType.INT2.bytes()).isEqualTo(1);
    assertThat(DataType.INT2.bits()).isEqualTo(2);
  }
}
