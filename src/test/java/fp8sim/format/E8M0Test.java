package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.E8M0.RoundMode;
import org.junit.jupiter.api.Test;

/** The text and the table of ONNX's Cast operator (opset 24 and later). */
class E8M0Test {
  private static int cast(double value, boolean saturate, RoundMode mode) {
    return Byte.toUnsignedInt(E8M0.cast(value, saturate, mode));
  }

  @Test
  void allCodesRoundTripInEveryMode() {
    for (int code = 0; code < 255; code++) {
      float value = E8M0.toFloat((byte) code);
      assertThat((double) value).isEqualTo(Math.pow(2, code - 127));
      for (RoundMode mode : RoundMode.values()) {
        for (boolean saturate : new boolean[] {true, false}) {
          assertThat(cast(value, saturate, mode)).isEqualTo(code);
        }
      }
    }
    assertThat(E8M0.toFloat((byte) 255)).isNaN();
  }

  /** Just above each power of two, just below and at the middle to the next. */
  @Test
  void roundsBetweenAllNeighbours() {
    for (int code = 0; code < 254; code++) {
      double low = E8M0.toFloat((byte) code);
      for (double value : new double[] {Math.nextUp(low), Math.nextDown(1.5 * low)}) {
        assertThat(cast(value, true, RoundMode.UP)).isEqualTo(code + 1);
        assertThat(cast(value, true, RoundMode.DOWN)).isEqualTo(code);
        assertThat(cast(value, true, RoundMode.NEAREST)).isEqualTo(code);
      }
      for (double value : new double[] {1.5 * low, Math.nextDown(2 * low)}) {
        assertThat(cast(value, true, RoundMode.UP)).isEqualTo(code + 1);
        assertThat(cast(value, true, RoundMode.DOWN)).isEqualTo(code);
        assertThat(cast(value, true, RoundMode.NEAREST)).isEqualTo(code + 1);
      }
    }
  }

  @Test
  void specialValuesAreThoseOfTheTable() {
    for (RoundMode mode : RoundMode.values()) {
      assertThat(cast(0, true, mode)).isZero();
      assertThat(cast(1e-45, true, mode)).isZero();
      assertThat(cast(Float.MAX_VALUE, true, mode)).isEqualTo(254);
      assertThat(cast(Double.POSITIVE_INFINITY, true, mode)).isEqualTo(254);
      assertThat(cast(Double.NaN, true, mode)).isEqualTo(255);
      for (double outside : new double[] {0, 1e-45, Float.MAX_VALUE, Double.POSITIVE_INFINITY}) {
        assertThat(cast(outside, false, mode)).isEqualTo(255);
      }
      assertThat(cast(Double.NaN, false, mode)).isEqualTo(255);
      // The operator leaves negative numbers open; devices drop the sign.
      assertThat(cast(-4, true, mode)).isEqualTo(129);
    }
  }
}
