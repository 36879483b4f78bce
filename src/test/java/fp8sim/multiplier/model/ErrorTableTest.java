package fp8sim.multiplier.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTableTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void errorsFollowTheRuleInDecimals(int mantissaBits) {
    int n = 1 << mantissaBits;
    int[] errors = ErrorTable.errors(mantissaBits);
    for (int x = 0; x < n; x++) {
      for (int y = 0; y < n; y++) {
        BigDecimal p = fraction((n + x) * (n + y), n * n);
        int k = p.compareTo(BigDecimal.TWO) >= 0 ? 1 : 0;
        BigDecimal m = p.divide(BigDecimal.valueOf(1 << k)).subtract(BigDecimal.ONE);
        int rounded = round(m.multiply(BigDecimal.valueOf(n)));
        assertThat(errors[x * n + y]).isEqualTo(k * n + Math.min(rounded, n - 1) - (x + y));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void compensationIsTheRoundedMeanOfItsBlock(int indexBits) {
    int mantissaBits = 5;
    int n = 1 << mantissaBits;
    int block = 1 << Math.max(mantissaBits - indexBits, 0);
    int[] errors = ErrorTable.errors(mantissaBits);
    int[] constants = ErrorTable.compensation(mantissaBits, indexBits);
    for (int x = 0; x < n; x++) {
      for (int y = 0; y < n; y++) {
        int sum = 0;
        for (int i = 0; i < block * block; i++) {
          int row = x / block * block + i / block;
          sum += errors[row * n + y / block * block + i % block];
        }
        assertThat(constants[x * n + y]).isEqualTo(round(fraction(sum, block * block)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10})
  void nothingIsLeftOfFullCompensation(int mantissaBits) {
    Compensation full = new Compensation(OptionalInt.of(mantissaBits));
    assertThat(ErrorTable.residual(mantissaBits, full)).isEqualTo(new int[1 << (2 * mantissaBits)]);
    Compensation none = new Compensation(OptionalInt.empty());
    assertThat(ErrorTable.residual(mantissaBits, none)).isEqualTo(ErrorTable.errors(mantissaBits));
  }

  private static BigDecimal fraction(int dividend, int powerOfTwo) {
    return BigDecimal.valueOf(dividend).divide(BigDecimal.valueOf(powerOfTwo));
  }

  private static int round(BigDecimal value) {
    return value.setScale(0, RoundingMode.HALF_EVEN).intValueExact();
  }
}
