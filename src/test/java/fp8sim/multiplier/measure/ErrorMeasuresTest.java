package fp8sim.multiplier.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.model.DrumProduct;
import fp8sim.multiplier.model.Multipliers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      assertThat(measures.distance().mean()).isZero();
      assertThat(measures.relative().max()).isZero();
      assertThat(measures.rounded().errorRate()).isZero();
      assertThat(measures.rounded().kappa()).isZero();
      assertThat(measures.rounded().faithful()).isEqualTo(1);
      long all =
          measures.pairs().inRange() + measures.pairs().overflow() + measures.pairs().underflow();
      assertThat(all).isEqualTo(256L * 256);
      assertThat(measures.pairs().withZero()).isEqualTo(256 * 256 - 254 * 254);
      assertThat(measures.pairs().zeroErrors()).isZero();
      assertThat(measures.distance().probability()).isZero();
    }
  }

  /** Mitchell 1962: products are too small, by at most 1/9, on average by 3.85 %. */
  @Test
  void mitchellsErrorIsMitchells() {
    ErrorMeasures measures = measure("mitchell", 3, 4);
    assertThat(measures.distance().mean()).isNegative();
    assertThat(measures.relative().max()).isEqualTo(1 / 9.0, within(1e-12));
    assertThat(measures.relative().mean()).isEqualTo(0.0385, within(0.004));
    assertThat(measure("mbm", 3, 4).distance().normalized())
        .isLessThan(measures.distance().normalized());
  }

  @Test
  void compensationMendsTheAdder() {
    ErrorMeasures bare = measure("adder", 4, 3);
    ErrorMeasures mended = measure("adder:compensation=3", 4, 3);
    assertThat(bare.rounded().correct() + bare.rounded().errorRate()).isEqualTo(1);
    assertThat(mended.rounded().errorRate()).isLessThan(bare.rounded().errorRate());
    assertThat(mended.relative().mean()).isLessThan(bare.relative().mean());
    assertThat(bare.rounded().faithful()).isGreaterThanOrEqualTo(bare.rounded().correct());
    assertThat(bare.rounded().kappa()).isPositive();
  }

  /** e1m1 with bias 1 has the magnitudes 0, 1/2, 1, 3/2: counted by hand. */
  @Test
  void aFormatSmallEnoughToCount() {
    ErrorMeasures measures = measure("mitchell", 1, 1);
    // Exact 1/4 rounds to 0 (tie to even), 9/4 is above the top; Mitchell is exact but for 9/4.
    assertThat(measures.pairs().underflow()).isEqualTo(4);
    assertThat(measures.pairs().overflow()).isEqualTo(4);
    // 8 codes, two of them zero: 28 pairs with a zero, and 28 in range without.
    assertThat(measures.pairs().withZero()).isEqualTo(28);
    assertThat(measures.pairs().inRange()).isEqualTo(56);
    assertThat(measures.rounded().errorRate()).isZero();
    ErrorMeasures adder = measure("adder", 1, 1);
    // 1/2 is code 1, 3/2 code 3: 1/2 x 3/2 = 3/4 is a tie that goes to 1, but 1 + 3 - 2 = 2 is 1.
    assertThat(adder.rounded().errorRate()).isZero();
    assertThat(adder.relative().mean()).isEqualTo(8 * (1 / 3.0) / 28, within(1e-12));
    assertThat(adder.relative().meanSigned()).isEqualTo(8 * (1 / 3.0) / 28, within(1e-12));
    assertThat(adder.distance().mean()).isEqualTo(8 * 0.25 / 56, within(1e-12));
    assertThat(adder.distance().meanAbsolute()).isEqualTo(8 * 0.25 / 56, within(1e-12));
    assertThat(adder.distance().meanSquared()).isEqualTo(8 * 0.0625 / 56, within(1e-12));
    assertThat(adder.distance().worst()).isEqualTo(0.25);
    assertThat(adder.distance().probability()).isEqualTo(8 / 56.0, within(1e-12));
    assertThat(adder.distance().normalized()).isEqualTo(8 * 0.25 / 56 / 1.5, within(1e-12));
  }

  @Test
  void integersAreMeasuredInUnits() {
    Grid grid = new IntegerGrid(new IntegerFormat(4), true);
    ErrorMeasures measures =
        ErrorMeasures.of(Multipliers.EXACT, ProductSetting.unrounded(grid, grid, null));
    assertThat(measures.pairs().inRange()).isEqualTo(256);
    assertThat(measures.rounded().correct()).isEqualTo(1);
  }

  private static ErrorMeasures measureUnsigned(String model) {
    Grid grid = new IntegerGrid(new IntegerFormat(8), false);
    return ErrorMeasures.of(Multipliers.parse(model), ProductSetting.unrounded(grid, grid, null));
  }

  /**
   * Figures of 8 x 8 bits: Mitchell's mean is published as 3.8 %, the minimally biased multiplier's
   * bias is below 0.1 %.
   */
  @Test
  void integerModelsHaveTheirPublishedErrors() {
    ErrorMeasures mitchell = measureUnsigned("mitchell");
    assertThat(mitchell.relative().mean()).isEqualTo(0.038, within(0.0005));
    assertThat(mitchell.relative().meanSigned())
        .isEqualTo(-mitchell.relative().mean(), within(1e-12));
    assertThat(mitchell.relative().max()).isEqualTo(1 / 9.0, within(1e-12));
    assertThat(mitchell.distance().normalized()).isEqualTo(0.0093, within(0.00005));
    assertThat(Math.abs(measureUnsigned("mbm").relative().meanSigned())).isLessThan(0.001);
    assertThat(measureUnsigned("drum:k=8").distance().probability()).isZero();
  }

  /** The mean of DRUM's relative errors for 16 x 16 bits (ICCAD 2015, table 1) by its operands. */
  @ParameterizedTest
  @CsvSource({"4,0.0589", "5,0.0294", "6,0.0147", "7,0.0073", "8,0.0037"})
  void drumHasItsPublishedErrors(int keptBits, double published) {
    DrumProduct drum = new DrumProduct(keptBits);
    Random random = new Random(1);
    double sum = 0;
    int pairs = 1 << 21;
    for (int i = 0; i < pairs; i++) {
      int a = 1 + random.nextInt(65535);
      int w = 1 + random.nextInt(65535);
      double exact = (double) a * w;
      sum += Math.abs(drum.magnitude(a, w) - exact) / exact;
    }
    assertThat(sum / pairs).isEqualTo(published, within(0.0001));
  }

  /** EvoApproxLib's mul8u_E9R is a multiplier without gates: its products are all zero. */
  @Test
  void aMultiplierThatGivesZeroHasTheErrorsOfEvoApproxLib(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("zeros.bin");
    Files.write(file, new byte[2 * 65536]);
    ErrorMeasures measures = measureUnsigned("table:dialect=uint16le,signed=false,file=" + file);
    assertThat(measures.distance().meanAbsolute()).isEqualTo(16256.25);
    assertThat(measures.distance().worst()).isEqualTo(65025);
    assertThat(measures.distance().probability()).isEqualTo(0.9922, within(0.00005));
    assertThat(measures.relative().mean()).isEqualTo(1);
    assertThat(measures.relative().max()).isEqualTo(1);
    assertThat(measures.distance().meanSquared()).isEqualTo(47164.981e4, within(500.0));
    assertThat(measures.distance().mean()).isEqualTo(-16256.25);
  }

  /** A table that multiplies zero by something to 37 is wrong there. */
  @Test
  void productsOfZeroCount(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("zero.bin");
    ByteBuffer table = ByteBuffer.allocate(2 * 65536).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 65536; i++) {
      table.putShort((short) (i == 5 ? 37 : (i >> 8) * (i & 255)));
    }
    Files.write(file, table.array());
    ErrorMeasures measures = measureUnsigned("table:dialect=uint16le,signed=false,file=" + file);
    assertThat(measures.pairs().zeroErrors()).isEqualTo(1);
    assertThat(measures.distance().worst()).isEqualTo(37);
    assertThat(measures.distance().probability()).isEqualTo(1 / 65536.0);
    assertThat(measures.distance().meanAbsolute()).isEqualTo(37 / 65536.0);
    assertThat(measures.relative().max()).isZero();
  }

  /**
   * The figures in files of EvoApproxLib, from their tables: little-endian products of 16 bits in
   * the folder that the property names.
   */
  @ParameterizedTest
  @CsvSource({
    "17QU,5249,17853,99.22,59.69,300.00,42811.074e3",
    "L40,1011,9124,74.91,7.46,152.38,36892.825e2",
    "2AC,25,79,98.12,1.25,3100.00,892",
    "JV3,1409,5380,99.16,39.78,7100.00,30865.11e2"
  })
  void figuresAreThoseOfEvoApproxLib(
      String name, double mae, double wce, double ep, double mre, double wcre, double mse) {
    String folder = System.getProperty("fp8sim.evoapproxlib");
    assumeThat(folder).as("-Dfp8sim.evoapproxlib names a folder of tables").isNotNull();
    ErrorMeasures measures =
        measureUnsigned("table:dialect=uint16le,file=" + folder + "/mul8u_" + name + ".bin");
    assertThat(measures.distance().meanAbsolute()).isEqualTo(mae, within(0.5));
    assertThat(measures.distance().worst()).isEqualTo(wce);
    assertThat(100 * measures.distance().probability()).isEqualTo(ep, within(0.005));
    assertThat(100 * measures.relative().mean()).isEqualTo(mre, within(0.005));
    assertThat(100 * measures.relative().max()).isEqualTo(wcre, within(0.005));
    assertThat(measures.distance().meanSquared()).isEqualTo(mse, within(mse * 1e-3));
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

  /** Against sums written out here, of signed errors and with unequal codes. */
  @Test
  void biasVarianceAndSharesOfCodes() {
    Grid grid = new IntegerGrid(new IntegerFormat(4), true);
    ProductSetting setting = ProductSetting.unrounded(grid, grid, null);
    ProductTable table = ProductTable.tabulate(Multipliers.parse("drum:k=2"), setting);
    Random random = new Random(5);
    double[] sharesA = random.doubles(16).toArray();
    double[] sharesW = random.doubles(16).map(x -> x < 0.3 ? 0 : 7 * x).toArray();
    double weights = 0;
    double sum = 0;
    double squares = 0;
    double wrong = 0;
    double worst = 0;
    long pairs = 0;
    for (int a = 0; a < 16; a++) {
      for (int w = 0; w < 16; w++) {
        double weight = sharesA[a] * sharesW[w];
        double error = table.of(a, w) - grid.value(a) * grid.value(w);
        weights += weight;
        sum += weight * error;
        squares += weight * error * error;
        wrong += error == 0 ? 0 : weight;
        worst = weight > 0 ? Math.max(worst, Math.abs(error)) : worst;
        pairs += weight > 0 ? 1 : 0;
      }
    }
    ErrorMeasures measures =
        ErrorMeasures.of(
            Multipliers.parse("drum:k=2"),
            setting,
            new CodeDistribution("a", sharesA),
            new CodeDistribution("w", sharesW));
    double bias = sum / weights;
    assertThat(measures.pairs().inRange()).isEqualTo(pairs).isLessThan(256);
    assertThat(measures.spread().bias()).isEqualTo(bias, within(1e-12));
    assertThat(measures.spread().variance())
        .isEqualTo(squares / weights - bias * bias, within(1e-9));
    assertThat(measures.distance().probability()).isEqualTo(wrong / weights, within(1e-12));
    assertThat(measures.distance().worst()).isEqualTo(worst);
  }

  @Test
  void aSingleFrequentPairIsMeasuredAlone() {
    Grid grid = new IntegerGrid(new IntegerFormat(8), false);
    double[] only = new double[256];
    only[181] = 3;
    CodeDistribution codes = new CodeDistribution("one", only);
    ErrorMeasures measures =
        ErrorMeasures.of(
            Multipliers.parse("truncated:k=6"),
            ProductSetting.unrounded(grid, grid, null),
            codes,
            codes);
    // 181 * 181 = 32761 = 511 * 64 + 57.
    assertThat(measures.spread().bias()).isEqualTo(-57);
    assertThat(measures.spread().variance()).isZero();
    assertThat(measures.relative().mean()).isEqualTo(57 / 32761.0, within(1e-15));
    assertThat(measures.pairs().inRange()).isEqualTo(1);
  }

  @Test
  void sharesAreNumbers() {
    for (double[] shares : new double[][] {{1, -1}, {Double.NaN, 1}, {0, 0}}) {
      assertThatThrownBy(() -> new CodeDistribution("d", shares))
          .isInstanceOf(Fp8simException.class);
    }
  }
}
