package fp8sim.kernel.simd.coded;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableProgressionTest {
  private static ProductRows rows(String model, String format, int bias, boolean rounded) {
    FloatGrid grid = new FloatGrid((FloatFormat) Formats.parse(format), bias);
    ProductOperand operand = new ProductOperand(grid, 1, 0);
    ProductRounding rounding =
        rounded ? new ProductRounding.Nearest(grid) : new ProductRounding.None();
    ProductArithmetic arithmetic =
        new ProductArithmetic(
            Multipliers.parse(model),
            operand,
            List.of(new ProductArithmetic.Channel(operand, grid, rounding)),
            Accumulator.EXACT,
            null,
            new ProductTables());
    return ProductRows.of(arithmetic, 16, false);
  }

  /** Rounded sums of codes grow by at least the smallest binade's step, and double above it. */
  @ParameterizedTest
  @CsvSource({"adder, e3m4, 4, 16", "adder:compensation=3, e3m4, 4, 16", "adder, e4m3, 9, 8"})
  void findsTheLawOfSumsOfCodes(String model, String format, int bias, int step) {
    TableProgression law = rows(model, format, bias, true).progression();
    assertThat(law).isNotNull();
    assertThat(law.classes()).isEqualTo(step);
    assertThat(law.step()).isEqualTo(step);
    assertThat(law.isNegatedByCode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"truncated:k=3, e3m4, 4", "exact, e3m4, 4"})
  void findsNoneWhereSubnormalNumbersBreakIt(String model, String format, int bias) {
    assertThat(rows(model, format, bias, false).progression()).isNull();
  }
}
