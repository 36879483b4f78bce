package fp8sim.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionTest {
  private static Tensor doubles(double... values) {
    Tensor tensor = Tensor.zeros(DataType.DOUBLE, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      tensor.data().setAtIndex(Tensor.DOUBLE, i, values[i]);
    }
    return tensor;
  }

  /** All finite numbers of a 16-bit type, in order. */
  private static List<Double> numbers(DataType type) {
    List<Double> numbers = new ArrayList<>();
    Tensor one = Tensor.zeros(type, Shape.of(1));
    for (int code = 0; code < 0x8000; code++) {
      one.data().setAtIndex(Tensor.SHORT, 0, (short) code);
      double value = Conversion.real(one, 0);
      if (Double.isFinite(value)) {
        numbers.add(value);
      }
    }
    return numbers;
  }

  /**
   * At, just below and just above the middle of every two neighbours: rounded once, ties to even.
   */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void roundsOnce(DataType type) {
    List<Double> numbers = numbers(type);
    double[] values = new double[3 * (numbers.size() - 1)];
    double[] expected = new double[values.length];
    for (int i = 0; i + 1 < numbers.size(); i++) {
      double low = numbers.get(i);
      double high = numbers.get(i + 1);
      double middle = low + (high - low) / 2;
      values[3 * i] = Math.nextDown(middle);
      values[3 * i + 1] = middle;
      values[3 * i + 2] = -Math.nextUp(middle);
      expected[3 * i] = low;
      expected[3 * i + 1] = i % 2 == 0 ? low : high;
      expected[3 * i + 2] = -high;
    }
    Tensor converted = Conversion.convert(doubles(values), type);
    for (int i = 0; i < values.length; i++) {
      assertThat(Conversion.real(converted, i)).as("%s", values[i]).isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "FLOAT16", "BFLOAT16"})
  void specialValuesStay(DataType type) {
    Tensor special = doubles(Double.NaN, Double.POSITIVE_INFINITY, -1e300, -0.0);
    Tensor converted = Conversion.convert(special, type);
    assertThat(Conversion.toFloats(converted))
        .containsExactly(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f);
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, 0, 255",
    "INT8, -128, 127",
    "UINT16, 0, 65535",
    "INT16, -32768, 32767",
    "UINT32, 0, 4294967295",
    "INT32, -2147483648, 2147483647",
    "BOOL, 0, 1",
    "INT64, -9007199254740992, 9007199254740992",
    "UINT64, 0, 9007199254740992",
  })
  void integersAreTakenWhereTheyFit(DataType type, double least, double most) {
    Tensor converted = Conversion.convert(doubles(least, most), type);
    assertThat(Conversion.integer(converted, 0)).isEqualTo((long) least);
    assertThat(Conversion.integer(converted, 1)).isEqualTo((long) most);
    for (double wrong : new double[] {0.5, Double.NaN, Double.POSITIVE_INFINITY, 1e19}) {
      assertThatThrownBy(() -> Conversion.convert(doubles(wrong), type))
          .isInstanceOf(IllegalArgumentException.class);
    }
    if (type.bytes() < 8) {
      assertThatThrownBy(() -> Conversion.convert(doubles(most + 1), type))
          .hasMessageContaining("outside");
      assertThatThrownBy(() -> Conversion.convert(doubles(least - 1), type))
          .hasMessageContaining("outside");
    }
  }

  @Test
  void unsignedNumbersAboveTheSignedOnesStayPositive() {
    Tensor large = Tensor.zeros(DataType.UINT64, Shape.of(1));
    large.data().setAtIndex(Tensor.LONG, 0, -1L);
    assertThat(Conversion.toFloats(large)).containsExactly(0x1p64f);
    assertThat(Conversion.toFloats(Conversion.convert(large, DataType.FLOAT)))
        .containsExactly(0x1p64f);
    assertThatThrownBy(() -> Conversion.convert(large, DataType.INT64))
        .hasMessageContaining("18446744073709551615");
  }
}
