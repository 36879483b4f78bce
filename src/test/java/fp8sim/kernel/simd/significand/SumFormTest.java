package fp8sim.kernel.simd.significand;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.kernel.simd.significand.SumForm.Kind;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SumFormTest {
  private static final double FLOAT = 0x1p24;

  /**
   * Every product has the same magnitude.
   *
   * @param magnitude whose bits are those of the largest product
   * @param terms of a sum
   */
  @ParameterizedTest
  @CsvSource({
    "1048576, 16, FLOATS, 2147483647",
    "52428, 320, FLOATS, 2147483647",
    "52428, 321, FLOAT_RANGES, 320",
    "52429, 321, FLOAT_RANGES, 160",
    "838860, 21, FLOAT_RANGES, 20",
    "838861, 21, INTEGERS, 2147483647",
    "838861, 1279, INTEGERS, 2147483647",
    "838861, 1281, INTEGER_RANGES, 320",
    "268435455, 3, INTEGERS, 2147483647",
    "268435455, 4, INTEGERS, 2147483647",
    "268435455, 5, INTEGER_RANGES, 3",
    "268435456, 2, DOUBLES, 2147483647",
  })
  void theLimitsOfEachForm(int magnitude, int terms, Kind kind, int mostTerms) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(magnitude);
    double[] ranges = new double[SumForm.ranges()];
    Arrays.setAll(ranges, i -> (double) magnitude * Math.min(SumForm.range(i), terms));
    SumForm form = SumForm.exact(bits, (double) magnitude * terms, ranges);
    assertThat(form).isEqualTo(new SumForm(kind, mostTerms));
    if (kind == Kind.FLOAT_RANGES) {
      assertThat((double) magnitude * mostTerms).isLessThanOrEqualTo(FLOAT);
    }
  }
}
