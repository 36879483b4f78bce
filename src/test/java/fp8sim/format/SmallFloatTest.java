package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tables of ONNX's Cast operator and of its technical pages "Float stored in 8 bits" and "Float
 * stored in 4 bits"; NaN in E5M2 and E2M1 as in ONNX's tests.
 */
class SmallFloatTest {
  private static int cast(SmallFloat type, float value, boolean saturate) {
    return Byte.toUnsignedInt(type.cast(value, saturate));
  }

  @ParameterizedTest
  @CsvSource({
    // type, largest value, its code, then the codes of Inf, -Inf, NaN without saturation, -0
    "E4M3FN, 448, 0x7E, 0x7F, 0xFF, 0x7F, 0x80",
    "E4M3FNUZ, 240, 0x7F, 0x80, 0x80, 0x80, 0x00",
    "E5M2, 57344, 0x7B, 0x7C, 0xFC, 0x7E, 0x80",
    "E5M2FNUZ, 57344, 0x7F, 0x80, 0x80, 0x80, 0x00"
  })
  void specialValues(
      SmallFloat type,
      float max,
      String maxCode,
      String infinity,
      String minusInfinity,
      String nan,
      String minusZero) {
    int top = Integer.decode(maxCode);
    assertThat(cast(type, max, true)).isEqualTo(top);
    assertThat(cast(type, max, false)).isEqualTo(top);
    assertThat(cast(type, Float.POSITIVE_INFINITY, true)).isEqualTo(top);
    assertThat(cast(type, Float.NEGATIVE_INFINITY, true)).isEqualTo(top | 0x80);
    assertThat(cast(type, 2 * max, true)).isEqualTo(top);
    assertThat(cast(type, Float.POSITIVE_INFINITY, false)).isEqualTo(Integer.decode(infinity));
    assertThat(cast(type, Float.NEGATIVE_INFINITY, false)).isEqualTo(Integer.decode(minusInfinity));
    assertThat(cast(type, 2 * max, false)).isEqualTo(Integer.decode(infinity));
    assertThat(cast(type, -2 * max, false)).isEqualTo(Integer.decode(minusInfinity));
    for (boolean saturate : new boolean[] {true, false}) {
      assertThat(cast(type, Float.NaN, saturate)).isEqualTo(Integer.decode(nan));
      assertThat(cast(type, 0f, saturate)).isZero();
      assertThat(cast(type, -0f, saturate)).isEqualTo(Integer.decode(minusZero));
      assertThat(cast(type, -1e-30f, saturate)).isEqualTo(Integer.decode(minusZero));
    }
  }

  @ParameterizedTest
  @CsvSource({"E4M3FN, 464", "E4M3FNUZ, 248", "E5M2, 61440", "E5M2FNUZ, 61440"})
  void overflowIsDecidedAfterRounding(SmallFloat type, float halfStepAboveTheTop) {
    int top = type.format().maxMagnitude();
    assertThat(cast(type, Math.nextDown(halfStepAboveTheTop), false)).isEqualTo(top);
    // A tie goes to the even code, which is the top itself only in E4M3FN (0x7E).
    boolean tieIsTop = (top & 1) == 0;
    assertThat(cast(type, halfStepAboveTheTop, false) == top).isEqualTo(tieIsTop);
    assertThat(cast(type, Math.nextUp(halfStepAboveTheTop), false)).isNotEqualTo(top);
  }

  @Test
  void allCodesRoundTrip() {
    for (SmallFloat type : SmallFloat.values()) {
      for (int code = 0; code < type.format().codeCount(); code++) {
        float value = type.toFloat((byte) code);
        if (!Float.isNaN(value)) {
          assertThat(cast(type, value, false)).isEqualTo(code);
        }
      }
    }
  }

  @Test
  void fourBitsHaveNoSpecialValues() {
    float[] positive = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    for (int code = 0; code < 8; code++) {
      assertThat(SmallFloat.E2M1.toFloat((byte) code)).isEqualTo(positive[code]);
      assertThat(SmallFloat.E2M1.toFloat((byte) (code | 8))).isEqualTo(-positive[code]);
    }
    for (boolean saturate : new boolean[] {true, false}) {
      assertThat(cast(SmallFloat.E2M1, Float.NaN, saturate)).isEqualTo(8);
      assertThat(cast(SmallFloat.E2M1, Float.POSITIVE_INFINITY, saturate)).isEqualTo(7);
      assertThat(cast(SmallFloat.E2M1, -9, saturate)).isEqualTo(15);
      assertThat(cast(SmallFloat.E2M1, -0.1f, saturate)).isEqualTo(8);
      // Ties go to the even code.
      assertThat(cast(SmallFloat.E2M1, 0.25f, saturate)).isEqualTo(0);
      assertThat(cast(SmallFloat.E2M1, 0.75f, saturate)).isEqualTo(2);
      assertThat(cast(SmallFloat.E2M1, 2.5f, saturate)).isEqualTo(4);
      assertThat(cast(SmallFloat.E2M1, 5, saturate)).isEqualTo(6);
      assertThat(cast(SmallFloat.E2M1, Math.nextUp(5f), saturate)).isEqualTo(7);
    }
  }

  @Test
  void valuesAreThoseOfTheOnnxTables() {
    assertThat(SmallFloat.E4M3FN.toFloat((byte) 0x01)).isEqualTo(0x1p-9f);
    assertThat(SmallFloat.E4M3FNUZ.toFloat((byte) 0x01)).isEqualTo(0x1p-10f);
    assertThat(SmallFloat.E5M2.toFloat((byte) 0x01)).isEqualTo(0x1p-16f);
    assertThat(SmallFloat.E5M2FNUZ.toFloat((byte) 0x01)).isEqualTo(0x1p-17f);
    assertThat(SmallFloat.E5M2.toFloat((byte) 0xFC)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(SmallFloat.E4M3FNUZ.toFloat((byte) 0x80)).isNaN();
  }
}
