package fp8sim.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.Formats;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatErrorTest {
  /** The study's published numbers; it finds ranges on samples. */
  @ParameterizedTest
  @CsvSource({
    "UNIFORM, e5m2, 7.88e-04, 5.26e-04",
    "UNIFORM, e4m3, 1.92e-04, 1.28e-04",
    "UNIFORM, e3m4, 4.72e-05, 3.15e-05",
    "UNIFORM, e2m5, 1.21e-05, 8.09e-06",
    "UNIFORM, e0m7, 5.20e-06, 3.47e-06",
    "GAUSSIAN, e5m2, 2.79e-03, 5.58e-03",
    "GAUSSIAN, e4m3, 7.03e-04, 1.40e-03",
    "GAUSSIAN, e3m4, 1.79e-04, 3.58e-04",
    "GAUSSIAN, e2m5, 5.45e-05, 1.09e-04",
    "GAUSSIAN, e0m7, 8.78e-05, 1.76e-04",
    "STUDENT_T, e5m2, 3.78e-03, 1.01e-02",
    "STUDENT_T, e4m3, 9.93e-04, 2.65e-03",
    "STUDENT_T, e3m4, 2.86e-04, 7.62e-04",
    "STUDENT_T, e2m5, 1.92e-04, 5.11e-04",
    "STUDENT_T, e0m7, 4.90e-04, 1.31e-03",
  })
  void errorsAreThoseOfTheStudy(
      Distribution distribution, String format, double mse, double dotProductMse) {
    FormatError.Row row = FormatError.of(distribution, Formats.parse(format));
    assertThat(row.mse()).isCloseTo(mse, Percentage.withPercentage(2));
    assertThat(row.dotProductMse()).isCloseTo(dotProductMse, Percentage.withPercentage(2));
  }

  @Test
  void aUniformGridOnUniformNumbersHasTheErrorOfTheTextbook() {
    FormatError.Row row = FormatError.of(Distribution.UNIFORM, Formats.parse("int4"));
    double step = 2.0 / 15;
    assertThat(row.mse()).isCloseTo(step * step / 12, Percentage.withPercentage(1));
    assertThat(row.range()).isCloseTo(7 * step, within(0.01));
    assertThat(row.power()).isCloseTo(1.0 / 3, within(1e-6));
  }
}
