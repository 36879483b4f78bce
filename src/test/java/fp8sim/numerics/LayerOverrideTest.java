package fp8sim.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.quant.RangeMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exceptions are read once; what is made of types reads back to the same types. */
class LayerOverrideTest {
  private final MultiplierReader multipliers = new MultiplierReader();

  private LayerOverride parse(String text) {
    return LayerOverride.parse(text, multipliers);
  }

  private static LayerNumerics plain() {
    return Numerics.FLOAT32.forNode("");
  }

  @Test
  void everyKeyChangesItsPart() {
    LayerNumerics all =
        parse(
                "*:format=e4m3,weights=e3m4,weight-range=mse,activation-range=[running:0.5],"
                    + "multiplier=[drum:k=3],accumulator=[q8.4:wrap],round-products=true,"
                    + "result-bias=-2,quantize=output")
            .applyTo(plain());
    assertThat(all.weights()).isEqualTo(FloatFormat.of(3, 4));
    assertThat(all.input()).isEqualTo(FloatFormat.of(4, 3));
    assertThat(all.output()).isEqualTo(FloatFormat.of(4, 3));
    assertThat(all.ranges().weights()).isEqualTo(RangeMethod.MSE);
    assertThat(all.ranges().activations()).isEqualTo(RangeMethod.parse("running:0.5"));
    assertThat(all.product().multiplier().model()).isEqualTo(Multipliers.parse("drum:k=3"));
    assertThat(all.product().accumulator()).isEqualTo(Accumulator.parse("q8.4:wrap"));
    assertThat(all.product().roundProducts()).isTrue();
    assertThat(all.result().bias()).isEqualTo(OptionalInt.of(-2));
    assertThat(all.at()).isEqualTo(QuantizeAt.OUTPUT);
    assertThat(parse("*:activations=int8").applyTo(plain()).weights()).isEqualTo(Formats.FLOAT32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b:multiplier=[drum:k=3],round-products=true",
        "x:weights=[e4m3:bias=7],activations=[e4m3]",
        "x:format=[fp32],accumulator=[fp32]",
        "x:result-bias=-3,quantize=input"
      })
  void whatIsMadeOfTypesHasTheTextThatReadsBack(String text) {
    LayerOverride read = parse(text);
    LayerOverride made = LayerOverride.of(read.glob(), read.changes());
    assertThat(made).isEqualTo(read);
    assertThat(made.text()).isEqualTo(text);
  }

  @Test
  void keysThatALayerCannotActOnGoAway() {
    LayerOverride all = parse("x:weights=e4m3,activations=[e3m4:bias=7],accumulator=[fp16]");
    assertThat(all.without(LayerKey::needsWeight).map(LayerOverride::text))
        .contains("x:activations=[e3m4:bias=7],accumulator=fp16");
    assertThat(parse("x:weights=e4m3").without(LayerKey::needsWeight)).isEmpty();
    assertThat(all.forLayer("y/z").text())
        .isEqualTo("y/z:weights=e4m3,activations=[e3m4:bias=7],accumulator=[fp16]");
    assertThat(all.forLayer("y/z").matches("y/z")).isTrue();
  }

  /** An exact layer needs a range of results if products are rounded, and none if they are not. */
  @Test
  void roundedProductsOfAnExactLayerChangeWhatCalibrationFinds() {
    Numerics plain = numerics("multiplier=drum:k=3");
    Numerics rounded = numerics("multiplier=drum:k=3 round-products=true");
    assertThat(plain.forCalibration()).isEqualTo(rounded.forCalibration());
    List<LayerOverride> exact = List.of(parse("x:multiplier=exact"));
    assertThat(plain.withLayers(exact).forCalibration())
        .isNotEqualTo(rounded.withLayers(exact).forCalibration());
  }

  private static Numerics numerics(String options) {
    Map<String, List<String>> given = new HashMap<>();
    for (String option : ("format=e3m4 " + options).split(" ", 0)) {
      String[] parts = option.split("=", 2);
      given.put(parts[0], List.of(parts[1]));
    }
    return NumericsParser.parse(given);
  }

  @Test
  void aFileIsReadOnce(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("mul8u_ANY.bin");
    Files.write(file, new byte[2 << 16]);
    String text = "x:multiplier=[table:file=" + file + "]";
    LayerOverride first = parse(text);
    Files.delete(file);
    LayerOverride second = parse(text);
    assertThat(second.multiplier().orElseThrow().model())
        .isSameAs(first.multiplier().orElseThrow().model());
    assertThatThrownBy(() -> LayerOverride.parse(text, new MultiplierReader()))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("no such file");
    assertThat(LayerText.parse(text).multiplier()).contains("table:file=" + file);
  }
}
