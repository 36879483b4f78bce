package fp8sim.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import fp8sim.common.Fp8simException;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.model.Compensation;
import fp8sim.multiplier.model.ErrorTable;
import fp8sim.multiplier.model.Multipliers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiplierTest {
  private static final FloatFormat E4M3 = FloatFormat.of(4, 3);
  private static final FloatFormat E3M4 = FloatFormat.of(3, 4);
  private static final FloatFormat E5M2 = FloatFormat.of(5, 2);

  /** Every model that needs no file, each option away from its default once. */
  static final List<String> MODELS =
      List.of(
          "exact",
          "study",
          "study:compensation=3",
          "study:compensation=2,normalize-subnormals=false",
          "adder",
          "adder:compensation=3,overflow=wrap,underflow=wrap",
          "adder:compensation=10,underflow=keep-fraction,zero=raw",
          "adder:normalize-subnormals=true",
          "lmul",
          "lmul:l=5",
          "lmul:form=equation",
          "mitchell",
          "mbm",
          "truncated:k=4",
          "drum:k=3");

  private static ProductSetting setting(
      FloatFormat a, FloatFormat w, int biasA, int biasW, int biasR, String rounding) {
    FloatGrid result = new FloatGrid(a, biasR);
    return new ProductSetting(
        new FloatGrid(a, biasA),
        new FloatGrid(w, biasW),
        result,
        switch (rounding) {
          case "nearest" -> new ProductRounding.Nearest(result);
          case "extending" -> new ProductRounding.Extending(result);
          default -> new ProductRounding.None();
        });
  }

  private static ProductSetting p3109(String a, String w) {
    FloatFormat first = (FloatFormat) Formats.parse(a);
    FloatFormat second = (FloatFormat) Formats.parse(w);
    int bias = first.standardBias();
    return setting(first, second, bias, second.standardBias(), bias, "none");
  }

  static Stream<Object[]> modelsOnSettings() {
    List<Object[]> cases = new ArrayList<>();
    for (String model : MODELS) {
      for (String rounding : new String[] {"none", "nearest", "extending"}) {
        cases.add(new Object[] {model, setting(E4M3, E3M4, 9, 6, 7, rounding)});
      }
      cases.add(new Object[] {model, setting(E3M4, E3M4, 4, 4, 4, "nearest")});
      cases.add(new Object[] {model, setting(E5M2, E4M3.extended(), 15, 3, 20, "extending")});
      cases.add(
          new Object[] {model, setting(Formats.OFP8_E4M3, Formats.E5M2FNUZ, 7, 16, 7, "none")});
      cases.add(new Object[] {model, p3109("binary8p3se", "binary8p4se")});
      cases.add(new Object[] {model, p3109("binary8p4ue", "binary8p3sf")});
      cases.add(new Object[] {model, p3109("binary6p1uf", "binary5p1se")});
      cases.add(new Object[] {model, p3109("binary4p4ue", "binary3p2se")});
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("modelsOnSettings")
  void everyProductIsAMultipleOfTheUnitAndFits(String name, ProductSetting setting) {
    BoundProduct product = Multipliers.parse(name).bind(setting);
    ProductTable table = ProductTable.tabulate(Multipliers.parse(name), setting);
    assertThat(table.units().exponent()).isGreaterThanOrEqualTo(product.units().exponent());
    for (ProductUnits units : List.of(product.units(), table.units())) {
      for (int i = 0; i < 1 << (table.bitsA() + table.bitsW()); i++) {
        double inUnits =
            Math.scalb(product.of(rowOf(table, i), columnOf(table, i)), -units.exponent());
        boolean fits = Math.abs(inUnits) < Math.scalb(1.0, units.bits());
        if (inUnits != Math.rint(inUnits) || !(fits || inUnits == 0)) {
          fail("%s units of product %d, %s", inUnits, i, units);
        }
      }
    }
  }

  private static int rowOf(ProductTable table, int index) {
    return index >> table.bitsW();
  }

  private static int columnOf(ProductTable table, int index) {
    return index & ((1 << table.bitsW()) - 1);
  }

  @ParameterizedTest
  @MethodSource("modelsOnSettings")
  void tablesHoldTheProductsInEveryForm(String name, ProductSetting setting) {
    BoundProduct product = Multipliers.parse(name).bind(setting);
    ProductTable table = ProductTable.tabulate(Multipliers.parse(name), setting);
    float[] floats = table.floats();
    double[] expected = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      expected[i] = product.of(rowOf(table, i), columnOf(table, i)) + 0.0;
      double tabulated = table.of(rowOf(table, i), columnOf(table, i));
      if (tabulated != expected[i] || floats[i] != (float) expected[i]) {
        fail("product %d is %s in the table, %s as float32", i, tabulated, floats[i]);
      }
    }
    double unit = Math.scalb(1.0, table.units().exponent());
    if (table.fitsLong()) {
      assertThat(Arrays.stream(table.longs()).mapToDouble(v -> v * unit).toArray())
          .isEqualTo(expected);
    } else {
      assertThatThrownBy(table::longs).isInstanceOf(IllegalStateException.class);
    }
    if (table.fitsInt()) {
      assertThat(Arrays.stream(table.ints()).mapToDouble(v -> v * unit).toArray())
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"exact", "study", "study:compensation=3", "adder", "mitchell", "drum:k=3"})
  void signsAreSymmetric(String name) {
    ProductSetting setting = setting(E3M4, E3M4, 4, 4, 4, "nearest");
    assertThat(ProductTable.tabulate(Multipliers.parse(name), setting).isSignSymmetric()).isTrue();
  }

  @Test
  void namesReadBackToEqualModels() {
    for (String name : MODELS) {
      Multiplier model = Multipliers.parse(name);
      assertThat(Multipliers.parse(model.name())).isEqualTo(model);
    }
  }

  @Test
  void everyModelOfTheListIsTestedHere() {
    for (MultiplierEntry entry : Multipliers.ALL) {
      boolean needsFile = entry.options().contains("file=");
      boolean tested = MODELS.stream().anyMatch(name -> name.split(":", 0)[0].equals(entry.name()));
      assertThat(tested || needsFile).as(entry.name()).isTrue();
    }
  }

  @Test
  void exactProductsAreExact() {
    ProductSetting setting = setting(E4M3, E5M2, 8, 16, 8, "none");
    ProductTable table = ProductTable.tabulate(Multipliers.EXACT, setting);
    for (int a = 0; a < 256; a++) {
      for (int w = 0; w < 256; w++) {
        assertThat(table.of(a, w)).isEqualTo(E4M3.decode(a, 8) * E5M2.decode(w, 16));
      }
    }
  }

  /** With the residual gone, the study's model is the exact product. */
  @Test
  void fullCompensationIsExact() {
    ProductSetting setting = setting(E3M4, E3M4, 4, 5, 4, "none");
    ProductTable study = ProductTable.tabulate(Multipliers.parse("study:compensation=4"), setting);
    ProductTable exact = ProductTable.tabulate(Multipliers.EXACT, setting);
    assertThat(study.floats()).isEqualTo(exact.floats());
    assertThat(study.isFloatExact()).isTrue();
  }

  /** Anchors computed by hand: 1.5 x 1.5 = 2.25 with three fraction bits, x = y = 4. */
  @Test
  void productsOfOneAndAHalf() {
    int code = E4M3.encode(1.5, 8, ConversionMode.DEFAULT);
    ProductSetting setting = setting(E4M3, E4M3, 8, 8, 8, "none");
    assertThat(product("exact", setting, code)).isEqualTo(2.25);
    assertThat(product("mitchell", setting, code)).isEqualTo(2);
    assertThat(product("mbm", setting, code)).isEqualTo(2 + 0.078125);
    // t = 0.5 + 0.5 + 1/8: the code 1.001 of the next binade, or 1 + t.
    assertThat(product("lmul", setting, code)).isEqualTo(2.25);
    assertThat(product("lmul:form=equation", setting, code)).isEqualTo(2.125);
    assertThat(product("lmul:l=2,form=equation", setting, code)).isEqualTo(2.25);
    assertThat(product("truncated:k=5", setting, code)).isEqualTo(2);
    assertThat(product("drum:k=2", setting, code)).isEqualTo(2.25);
    assertThat(product("drum:k=1", setting, code)).isEqualTo(1);
    // s = 2 * (8*8 + 4) - 8*8 = 72 = 9*8 is 2.0; T[4][4] = 8 + 1 - 8 = 1 makes it 2.25.
    assertThat(product("adder", setting, code)).isEqualTo(2);
    assertThat(product("adder:compensation=3", setting, code)).isEqualTo(2.25);
    assertThat(product("study", setting, code)).isEqualTo(2.25 - 1 / 8.0);
  }

  private static double product(String model, ProductSetting setting, int code) {
    return Multipliers.parse(model).bind(setting).of(code, code);
  }

  @Test
  void theAdderHandlesTheEndsOfTheRange() {
    ProductSetting setting = setting(E4M3, E4M3, 8, 8, 8, "none");
    int top = 0x7F;
    int one = 8 * 8;
    assertThat(product("adder", setting, top)).isEqualTo(240);
    // 127 + 127 - 64 = 190, 190 mod 128 = 62
    assertThat(product("adder:overflow=wrap", setting, top)).isEqualTo(E4M3.decode(62, 8));
    // 9 + 9 - 64 = -46, mod 128 = 82, low 3 bits 2
    assertThat(product("adder", setting, 9)).isZero();
    assertThat(product("adder:underflow=wrap", setting, 9)).isEqualTo(E4M3.decode(82, 8));
    assertThat(product("adder:underflow=keep-fraction", setting, 9)).isEqualTo(E4M3.decode(2, 8));
    BoundProduct raw = Multipliers.parse("adder:zero=raw").bind(setting);
    assertThat(raw.of(0, top)).isEqualTo(E4M3.decode(127 - 64, 8));
    BoundProduct bare = Multipliers.parse("adder").bind(setting);
    assertThat(bare.of(0, top)).isZero();
    // A subnormal of 3/8 * 2^-7 = 1.5 * 2^-9 is exponent -1 with fraction 4.
    BoundProduct normalizing = Multipliers.parse("adder:normalize-subnormals=true").bind(setting);
    assertThat(normalizing.of(3, top)).isEqualTo(E4M3.decode(-8 + 4 + 127 - 64, 8));
    assertThat(bare.of(3, one)).isEqualTo(E4M3.decode(3, 8));
  }

  @Test
  void roundedProductsLieOnTheResultGrid() {
    for (String name : MODELS) {
      ProductTable table =
          ProductTable.tabulate(Multipliers.parse(name), setting(E3M4, E3M4, 4, 4, 4, "nearest"));
      for (float product : table.floats()) {
        assertThat(E3M4.decode(new FloatGrid(E3M4, 4).code(product), 4)).isEqualTo(product);
      }
    }
  }

  @Test
  void wideFormatsUseTheFactoredForm() {
    FloatFormat wide = FloatFormat.of(5, 10);
    ProductSetting setting = setting(wide, wide, 15, 15, 15, "none");
    assertThat(ProductTable.fits(setting)).isFalse();
    FactoredProduct product =
        (FactoredProduct) Multipliers.parse("study:compensation=3").bind(setting);
    assertThat(product.mantissaBits()).isEqualTo(10);
    assertThat(product.significands()).hasSize(1 << 20);
    int[] residual =
        ErrorTable.residual(10, Compensation.parse(MultiplierOptions.parse("x", "compensation=3")));
    int a = 0x3D05;
    int w = 0xBE11;
    double exact = wide.decode(a, 15) * wide.decode(w, 15);
    int pair = (a & 1023) << 10 | (w & 1023);
    assertThat(product.of(a, w)).isEqualTo(exact + residual[pair] / 1024.0);
    assertThatThrownBy(() -> ProductTable.tabulate(Multipliers.EXACT, setting))
        .hasMessageContaining("too wide");
  }

  @Test
  void lmulAddsCodesAsIntegers() {
    ProductSetting setting = setting(E4M3, E4M3, 8, 8, 8, "none");
    BoundProduct product = Multipliers.parse("lmul:l=3").bind(setting);
    for (int a = 8; a < 128; a++) {
      for (int w = 8; w < 128; w++) {
        // Code 64 is 1.0; one is added for 2^-3. Codes of six exponent bits do not end.
        int code = a + w - 64 + 1 + (32 << 3);
        assertThat(product.of(a, w)).isEqualTo(FloatFormat.of(6, 3).magnitudeValue(code, 8 + 32));
      }
    }
  }

  @Test
  void drumKeepsNarrowOperandsExact() {
    FloatFormat fixedPoint = FloatFormat.of(0, 7);
    ProductSetting setting = setting(fixedPoint, fixedPoint, 1, 1, 1, "none");
    BoundProduct product = Multipliers.parse("drum:k=6").bind(setting);
    for (int a = 1; a < 128; a++) {
      for (int w = 1; w < 128; w++) {
        int expectedA = a < 64 ? a : (a >> 1 | 1) << 1;
        int expectedW = w < 64 ? w : (w >> 1 | 1) << 1;
        assertThat(product.of(a, w) * (1 << 14)).isEqualTo((double) expectedA * expectedW);
      }
    }
  }

  /** Magnitudes by hand; -3 is 1.5 x 2 and 6 is 1.5 x 4. */
  @Test
  void integerModelsMultiplyIntegers() {
    IntegerFormat int8 = new IntegerFormat(8);
    ProductSetting setting =
        ProductSetting.unrounded(new IntegerGrid(int8, false), new IntegerGrid(int8, true), null);
    int minusThree = 0xFD;
    assertThat(integers("mitchell", setting).of(6, minusThree)).isEqualTo(-16);
    assertThat(integers("mitchell", setting).of(255, 0x7F)).isEqualTo(2 * (127 * 64 + 63 * 128));
    assertThat(integers("mbm", setting).of(6, minusThree)).isEqualTo(-16);
    assertThat(integers("mbm", setting).of(255, 0x7F))
        .isEqualTo(2 * (127 * 64 + 63 * 128) + 8192 * 5 / 64);
    assertThat(integers("truncated:k=4", setting).of(6, minusThree)).isEqualTo(-16);
    assertThat(integers("truncated:k=4", setting).of(255, 0x80)).isEqualTo(-255 * 128);
    assertThat(integers("drum:k=3", setting).of(6, minusThree)).isEqualTo(-18);
    assertThat(integers("drum:k=3", setting).of(255, 0x7F)).isEqualTo(7 * 32 * 7 * 16);
    for (String name : List.of("mitchell", "mbm", "truncated:k=4", "drum:k=3")) {
      assertThat(integers(name, setting).of(0, 0x7F)).isZero();
      assertThat(integers(name, setting).of(255, 0)).isZero();
    }
  }

  private static BoundProduct integers(String name, ProductSetting setting) {
    return Multipliers.parse(name).bind(setting);
  }

  @Test
  void otherModelsMultiplyIntegersExactlyOnly() {
    Grid weights = new IntegerGrid(new IntegerFormat(8), true);
    Grid activations = new IntegerGrid(new IntegerFormat(8), false);
    ProductSetting setting = ProductSetting.unrounded(activations, weights, null);
    ProductTable table = ProductTable.tabulate(Multipliers.EXACT, setting);
    assertThat(table.of(255, 0x80)).isEqualTo(255 * -128);
    assertThat(table.units()).isEqualTo(new ProductUnits(0, 15));
    assertThatThrownBy(() -> Multipliers.parse("adder").bind(setting))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("minifloats only, not int8");
    ProductSetting mixed = ProductSetting.unrounded(new FloatGrid(E4M3, 8), weights, null);
    assertThatThrownBy(() -> Multipliers.parse("mitchell").bind(mixed))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("two integers or two minifloats, not e4m3 and int8");
  }

  @Test
  void codesThatAreNoNumbersMultiplyToZero() {
    ProductSetting setting = setting(Formats.OFP8_E5M2, Formats.OFP8_E4M3, 15, 7, 15, "none");
    for (String name : MODELS) {
      ProductTable table = ProductTable.tabulate(Multipliers.parse(name), setting);
      assertThat(table.of(0x7C, 0x38)).isZero();
      assertThat(table.of(0x3C, 0xFF)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "booth",
        "",
        "adder:",
        "exact:k=1",
        "adder:overflow=clip",
        "adder:compensation=11",
        "adder:compensation",
        "drum",
        "drum:k=0",
        "drum:k=12",
        "drum:k=3,k=4",
        "lmul:l=21",
        "study:normalize-subnormals=yes",
        "table:file=x",
        "table:dialect=npy",
        "source:",
        "truncated:k=x",
        "adder:compensation=3,colour=red",
        "table:file=missing.npy,dialect=npy",
        "source:file=Missing.java"
      })
  void badSpecificationsAreRefusedInOneLine(String specification) {
    assertThatThrownBy(() -> Multipliers.parse(specification))
        .isInstanceOf(Fp8simException.class)
        .message()
        .isNotBlank()
        .doesNotContain("\n");
  }
}
