package fp8sim.multiplier;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.FloatFormat;
import fp8sim.golden.GoldenCases;
import fp8sim.multiplier.model.Compensation;
import fp8sim.multiplier.model.ErrorTable;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.RunningSum;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenMultiplierTest {
  static List<GoldenCases.Case> errorTables() {
    return GoldenCases.ofKind("error_table");
  }

  static List<GoldenCases.Case> studyTables() {
    return GoldenCases.ofKind("approx_product_table_v9");
  }

  static List<GoldenCases.Case> adderTables() {
    return GoldenCases.ofKind("adder_product_table_v1");
  }

  static List<GoldenCases.Case> products() {
    return GoldenCases.ofKind("approx_matmul_v9");
  }

  @ParameterizedTest
  @MethodSource("errorTables")
  void errorTableEqualsTheStudy(GoldenCases.Case golden) {
    MultiplierOptions options =
        MultiplierOptions.parse(
            "study", "compensation=" + compensation(golden, "compensation_bits"));
    int[] residual =
        ErrorTable.residual(golden.integer("mantissa_bits"), Compensation.parse(options));
    assertThat(residual).isEqualTo(golden.ints("expect"));
  }

  private static String compensation(GoldenCases.Case golden, String bits) {
    return golden.flag("compensation") ? Integer.toString(golden.integer(bits)) : "none";
  }

  private static FloatFormat format(GoldenCases.Case golden) {
    return FloatFormat.of(golden.integer("exponent_bits"), golden.integer("mantissa_bits"));
  }

  /** The setting of the study: operands keep a binade above the top. */
  private static ProductSetting studySetting(GoldenCases.Case golden) {
    FloatFormat format = format(golden);
    FloatGrid result = new FloatGrid(format, golden.integer("bias_r"));
    return new ProductSetting(
        new FloatGrid(format.extended(), golden.integer("bias_a")),
        new FloatGrid(format.extended(), golden.integer("bias_b")),
        result,
        golden.flag("round_products")
            ? new ProductRounding.Extending(result)
            : new ProductRounding.None());
  }

  private static Multiplier studyModel(GoldenCases.Case golden) {
    return golden.flag("approximate")
        ? Multipliers.parse(
            "study:compensation="
                + compensation(golden, "compensation_bits")
                + ",normalize-subnormals="
                + golden.flag("normalize_subnormals"))
        : Multipliers.EXACT;
  }

  private static int[] codes(Grid grid, float[] values) {
    int[] codes = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      codes[i] = grid.code(values[i]);
      assertThat(grid.value(codes[i])).isEqualTo(values[i]);
    }
    return codes;
  }

  @ParameterizedTest
  @MethodSource("studyTables")
  void studyProductsEqualTheStudy(GoldenCases.Case golden) {
    ProductSetting setting = studySetting(golden);
    assertProducts(golden, setting, studyModel(golden));
  }

  @ParameterizedTest
  @MethodSource("adderTables")
  void adderProductsEqualTheStudy(GoldenCases.Case golden) {
    boolean wrap = golden.flag("wrap");
    boolean saturate = golden.flag("saturate_overflow");
    FloatFormat format = format(golden);
    int bias = golden.integer("bias");
    // Without wrapping the study leaves codes above the range as they are: a wider result.
    FloatGrid result = new FloatGrid(wrap ? format : format.extended(), bias);
    FloatGrid operand = new FloatGrid(format, bias);
    Multiplier model =
        Multipliers.parse(
            "adder:zero=raw,compensation="
                + (golden.flag("compensation") ? "3" : "none")
                + ",overflow="
                + (wrap && !saturate ? "wrap" : "saturate")
                + ",underflow="
                + (golden.flag("flush_underflow") ? "keep-fraction" : wrap ? "wrap" : "zero"));
    assertProducts(golden, ProductSetting.unrounded(operand, operand, result), model);
  }

  private static void assertProducts(
      GoldenCases.Case golden, ProductSetting setting, Multiplier model) {
    int[] a = codes(setting.a(), golden.floats("a"));
    int[] w = codes(setting.w(), golden.floats("b"));
    float[] expected = golden.floats("expect");
    ProductTable table = ProductTable.tabulate(model, setting);
    float[] floats = table.floats();
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < w.length; j++) {
        float product = floats[a[i] << table.bitsW() | w[j]];
        assertThat(product + 0f)
            .as("%d x %d", a[i], w[j])
            .isEqualTo(expected[i * w.length + j] + 0f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void matrixProductsEqualTheStudyUpToItsSummation(GoldenCases.Case golden) {
    ProductSetting setting = studySetting(golden);
    BoundProduct product = studyModel(golden).bind(setting);
    int[] a = codes(setting.a(), golden.floats("a"));
    int[] w = codes(setting.w(), golden.floats("b"));
    float[] expected = golden.floats("expect");
    int k = golden.shape("b")[0];
    int columns = golden.shape("b")[1];
    for (int i = 0; i < expected.length; i++) {
      RunningSum sum = Accumulator.EXACT.start(product.units());
      double magnitudes = 0;
      for (int t = 0; t < k; t++) {
        double term = product.of(a[i / columns * k + t], w[t * columns + i % columns]);
        sum.add(term);
        magnitudes += Math.abs(term);
      }
      assertThat((double) Math.abs(sum.result() - expected[i]))
          .isLessThanOrEqualTo(1e-6 * magnitudes);
    }
  }
}
