package fp8sim.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import org.junit.jupiter.api.Test;

class ErrorMeasuresTest {
  private static ErrorMeasures measure(String model, int exponentBits, int mantissaBits) {
    FloatFormat format = FloatFormat.of(exponentBits, mantissaBits);
    FloatGrid grid = new FloatGrid(format, format.standardBias());
    return ErrorMeasures.of(Multipliers.parse(model), ProductSetting.unrounded(grid, grid, grid));
  }

  @Test
  void theExactProductHasNoError() {
    for (int mantissaBits = 1; mantissaBits <= 5; mantissaBits++) {
      ErrorMeasures measures = measure("exact", 7 - mantissaBits, mantissaBits);
      assertThat(measures.meanError()).isZero();
      assertThat(measures.maxRelativeError()).isZero();
      assertThat(measures.errorRate()).isZero();
      assertThat(measures.kappa()).isZero();
      assertThat(measures.faithfullyRounded()).isEqualTo(1);
      long all = measures.pairs() + measures.overflowPairs() + measures.underflowPairs();
      assertThat(all).isEqualTo(254L * 254);
    }
  }

  /** Mitchell 1962: products are too small, by at most 1/9, on average by 3.85 %. */
  @Test
  void mitchellsErrorIsMitchells() {
    ErrorMeasures measures = measure("mitchell", 3, 4);
    assertThat(measures.meanError()).isNegative();
    assertThat(measures.maxRelativeError()).isEqualTo(1 / 9.0, within(1e-12));
    assertThat(measures.meanRelativeError()).isEqualTo(0.0385, within(0.004));
    assertThat(measure("mbm", 3, 4).nmed()).isLessThan(measures.nmed());
  }

  @Test
  void compensationMendsTheAdder() {
    ErrorMeasures bare = measure("adder", 4, 3);
    ErrorMeasures mended = measure("adder:compensation=3", 4, 3);
    assertThat(bare.correctlyRounded() + bare.errorRate()).isEqualTo(1);
    assertThat(mended.errorRate()).isLessThan(bare.errorRate());
    assertThat(mended.meanRelativeError()).isLessThan(bare.meanRelativeError());
    assertThat(bare.faithfullyRounded()).isGreaterThanOrEqualTo(bare.correctlyRounded());
    assertThat(bare.kappa()).isPositive();
  }

  /** e1m1 with bias 1 has the magnitudes 0, 1/2, 1, 3/2: nine products, counted by hand. */
  @Test
  void aFormatSmallEnoughToCount() {
    ErrorMeasures measures = measure("mitchell", 1, 1);
    // Exact 1/4 rounds to 0 (tie to even), 9/4 is above the top; Mitchell is exact but for 9/4.
    assertThat(measures.underflowPairs()).isEqualTo(4);
    assertThat(measures.overflowPairs()).isEqualTo(4);
    assertThat(measures.pairs()).isEqualTo(28);
    assertThat(measures.errorRate()).isZero();
    ErrorMeasures adder = measure("adder", 1, 1);
    // 1/2 is code 1, 3/2 code 3: 1/2 x 3/2 = 3/4 is a tie that goes to 1, but 1 + 3 - 2 = 2 is 1.
    assertThat(adder.errorRate()).isZero();
    assertThat(adder.meanRelativeError()).isEqualTo(8 * (1 / 3.0) / 28, within(1e-12));
    assertThat(adder.meanError()).isEqualTo(8 * 0.25 / 28, within(1e-12));
    assertThat(adder.nmed()).isEqualTo(8 * 0.25 / 28 / 1.5, within(1e-12));
  }

  @Test
  void integersAreMeasuredInUnits() {
    Grid grid = new IntegerGrid(new IntegerFormat(4), true);
    ErrorMeasures measures =
        ErrorMeasures.of(Multipliers.EXACT, ProductSetting.unrounded(grid, grid, null));
    assertThat(measures.pairs()).isEqualTo(225);
    assertThat(measures.correctlyRounded()).isEqualTo(1);
  }

  @Test
  void tablesAreMadeOnce() {
    FloatGrid grid = new FloatGrid(FloatFormat.of(2, 3), 2);
    ProductSetting setting = ProductSetting.unrounded(grid, grid, grid);
    ProductTables tables = new ProductTables();
    ProductTable table = tables.table(Multipliers.parse("drum:k=2"), setting);
    assertThat(tables.table(Multipliers.parse("drum:k=2"), setting)).isSameAs(table);
    assertThat(tables.table(Multipliers.parse("drum:k=3"), setting)).isNotSameAs(table);
  }
}
