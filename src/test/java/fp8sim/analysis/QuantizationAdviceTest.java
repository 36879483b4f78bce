package fp8sim.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.numerics.WeightScope;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of a network, and which option is named, for effects made up. */
class QuantizationAdviceTest {
  private static final Clipped BEYOND = new Clipped(6, 4);

  private static Numerics numerics(String options) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String option : options.split(" ", 0)) {
      String[] parts = option.split("=", 2);
      all.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
    }
    return NumericsParser.parse(all);
  }

  private static QuantizerId id(String place) {
    String[] parts = place.split("/", 2);
    return new QuantizerId(parts[0], QuantizerRole.valueOf(parts[1].toUpperCase(Locale.ROOT)));
  }

  private static QuantizerSpec spec(Numerics numerics, QuantizerId place) {
    boolean isWeight = place.role() == QuantizerRole.WEIGHT;
    boolean isTensor = !isWeight || numerics.ranges().scope() == WeightScope.TENSOR;
    return new QuantizerSpec(
        place,
        isWeight
            ? QuantizerKind.WEIGHT
            : place.role() == QuantizerRole.RESULT
                ? QuantizerKind.RESULT
                : QuantizerKind.ACTIVATION,
        isWeight ? numerics.weights() : numerics.activations(),
        isTensor ? Channels.TENSOR : Channels.along(0),
        isWeight ? numerics.ranges().weights() : numerics.ranges().activations(),
        numerics.quantizers());
  }

  private static QuantizerEffect effect(
      Numerics numerics, String place, double share, Clipped ofRange, Clipped ofValues) {
    QuantizerId id = id(place);
    return new QuantizerEffect(id, spec(numerics, id), share, share, ofRange, ofValues, 30);
  }

  private static Optional<String> clipping(Numerics numerics, QuantizerEffect... effects) {
    return new QuantizationAdvice(numerics, List.of(effects)).clipping().map(Advice::text);
  }

  @Test
  void theWorstQuantizerIsNamedAndTheOthersCounted() {
    Numerics numerics = numerics("format=e5m10 bias-policy=saturate");
    assertThat(
            clipping(
                numerics,
                effect(numerics, "a/input", 0.011, BEYOND, BEYOND),
                effect(numerics, "b/input", 0.25, BEYOND, new Clipped(7, 4)),
                effect(numerics, "c/weight", 0.005, new Clipped(99, 1), Clipped.NONE),
                effect(numerics, "d/input", 0.01, Clipped.NONE, BEYOND)))
        .hasValue(
            "b/input clips 25.0 % of its values (6.000 becomes 4.000), and 2 other quantizers"
                + " clip; --bias-policy cover or real mends it");
  }

  @Test
  void theLargestValueIsEnough() {
    Numerics numerics = numerics("format=e5m10 bias-policy=saturate");
    assertThat(clipping(numerics, effect(numerics, "a/input", Double.NaN, BEYOND, Clipped.NONE)))
        .hasValue(
            "a/input clips its largest value (6.000 becomes 4.000); --bias-policy cover or real"
                + " mends it");
  }

  @Test
  void valuesBeyondTheCalibrationDataAreNothingToTell() {
    Numerics numerics = numerics("format=e4m3");
    assertThat(clipping(numerics, effect(numerics, "a/input", 0.01, Clipped.NONE, BEYOND)))
        .isEmpty();
    assertThat(clipping(numerics, effect(numerics, "a/input", 0.011, Clipped.NONE, BEYOND)))
        .hasValueSatisfying(line -> assertThat(line).contains("--calibration-batches"));
  }

  @Test
  void theOptionIsThatOfTheCause() {
    Map<String, String> remedies = new LinkedHashMap<>();
    remedies.put("format=e4m3 activation-range=mse a/input", "--activation-range allminmax");
    remedies.put("format=int8 activation-range=minmax a/input", "--activation-range allminmax");
    remedies.put("format=int8 activation-range=running a/input", "--activation-range allminmax");
    remedies.put(
        "format=e4m3 bias-policy=saturate activation-range=percentile a/input",
        "--activation-range allminmax");
    remedies.put("format=e4m3 weight-range=percentile a/weight", "--weight-range minmax");
    remedies.put("format=fp8-e4m3 scale=none a/input", "--scale real");
    remedies.put("format=fp8-e4m3 scale=none a/weight", "--scale real");
    remedies.put("format=e4m3:bias=11 scale=none a/weight", "--scale real");
    remedies.put("format=fp16 a/input", "bf16, or e5m10 with its scale,");
    remedies.put("format=e4m3:bias=11 scale=none a/result", "another --result-bias, or none,");
    remedies.forEach(
        (text, remedy) -> {
          int space = text.lastIndexOf(' ');
          Numerics numerics = numerics(text.substring(0, space));
          QuantizerEffect effect =
              effect(numerics, text.substring(space + 1), 0.02, Clipped.NONE, BEYOND);
          assertThat(clipping(numerics, effect))
              .as(text)
              .hasValueSatisfying(line -> assertThat(line).endsWith("; " + remedy + " mends it"));
        });
  }

  private static QuantizerEffect noisy(Numerics numerics, String place, double sqnr) {
    return new QuantizerEffect(
        id(place), spec(numerics, id(place)), 0, 0, Clipped.NONE, Clipped.NONE, sqnr);
  }

  private static Optional<String> noise(Numerics numerics, double... weightsOfLayers) {
    List<QuantizerEffect> effects = new ArrayList<>();
    List<String> layers = new ArrayList<>();
    for (double sqnr : weightsOfLayers) {
      String layer = "l" + layers.size();
      layers.add(layer);
      effects.add(noisy(numerics, layer + "/weight", sqnr));
      effects.add(noisy(numerics, layer + "/input", 60));
    }
    return new QuantizationAdvice(numerics, effects).operandNoise(layers).map(Advice::text);
  }

  @Test
  void aLayerFarBelowItsNeighboursIsNamed() {
    Numerics numerics = numerics("format=int8");
    assertThat(noise(numerics, 30, 15, 40, 50))
        .hasValue(
            "l1 has an SQNR of 15.0 dB, the layers beside it have 30.0 and 40.0; --layer"
                + " 'l1:weights=e5m10' mends it");
    assertThat(noise(numerics, 30, 19, 40, 28, 45))
        .hasValue(
            "l3 has an SQNR of 28.0 dB, the layers beside it have 40.0 and 44.9 (and 1 other"
                + " layer like it); --layer 'l3:weights=e5m10' mends it");
    assertThat(noise(numerics, 10, 30))
        .hasValueSatisfying(line -> assertThat(line).contains("the layer beside it has 30.0;"));
    assertThat(noise(numerics, 30, 21, 40, 32)).isEmpty();
    assertThat(noise(numerics, 10)).isEmpty();
  }

  @Test
  void aScaleForEachChannelComesFirst() {
    assertThat(noise(numerics("format=int8 weight-scope=tensor"), 30, 15, 40))
        .hasValueSatisfying(line -> assertThat(line).endsWith("; --weight-scope channel mends it"));
  }

  @Test
  void ofResultsTheNoisiestOperandOrTheMultiplierIsNamed() {
    List<LayerNoise> layers =
        List.of(new LayerNoise("l0", 30), new LayerNoise("l1", 12), new LayerNoise("l2", 31));
    Numerics exact = numerics("format=e4m3");
    List<QuantizerEffect> effects =
        List.of(noisy(exact, "l1/weight", 31), noisy(exact, "l1/input", 13));
    assertThat(new QuantizationAdvice(exact, effects).noise(layers).orElseThrow().text())
        .endsWith("; --layer 'l1:activations=e5m10' mends it");
    Numerics adder = numerics("format=e4m3 multiplier=adder");
    assertThat(new QuantizationAdvice(adder, effects).noise(layers).orElseThrow().text())
        .endsWith("; --layer 'l1:multiplier=exact,round-products=false' mends it");
  }

  @Test
  void noiseThatClippingMakesIsMendedByARange() {
    Numerics numerics = numerics("format=e5m10");
    List<LayerNoise> layers = List.of(new LayerNoise("l0", 70), new LayerNoise("l1", 38));
    for (double clipped : new double[] {0.4, 0.6}) {
      QuantizerEffect effect =
          new QuantizerEffect(
              id("l1/input"),
              spec(numerics, id("l1/input")),
              1e-5,
              clipped,
              Clipped.NONE,
              BEYOND,
              38);
      assertThat(new QuantizationAdvice(numerics, List.of(effect)).noise(layers))
          .hasValueSatisfying(
              advice ->
                  assertThat(advice.text())
                      .contains(
                          clipped > 0.5
                              ? "--calibration-batches"
                              : "--layer 'l1:activations=fp32'"));
    }
  }
}
