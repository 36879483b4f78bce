package fp8sim.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.format.BiasPolicy;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.IntegerQuantizer;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumericsParserTest {
  private static final LayerRole FIRST = new LayerRole("first", true, false, false);
  private static final LayerRole MIDDLE = LayerRole.of("features/3/Conv");
  private static final LayerRole DEPTHWISE = new LayerRole("depthwise", false, false, true);
  private static final LayerRole LAST = new LayerRole("last", false, true, false);

  @Test
  void nothingGivenIsFloat32() {
    assertThat(parse()).isEqualTo(Numerics.FLOAT32);
    assertThat(parse().quantizes()).isFalse();
  }

  @Test
  void everyChoiceOfEveryOptionIsRead() {
    for (NumericsOption option : NumericsOption.values()) {
      for (String choice : option.choices()) {
        Numerics numerics = parse(option.key(), choice);
        boolean isDefault = choice.equals(option.defaultValue());
        assertThat(numerics.equals(Numerics.FLOAT32)).as(option.key()).isEqualTo(isDefault);
      }
    }
  }

  @Test
  void weightsAndActivationsWinOverFormat() {
    Numerics numerics = parse("format", "e3m4", "weights", "int4");
    assertThat(numerics.weights()).isEqualTo(new IntegerFormat(4));
    assertThat(numerics.activations()).isEqualTo(FloatFormat.of(3, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "format, e9m9",
    "format, fp8",
    "quantize, both",
    "quantize-extra, 'attention,dropout'",
    "weight-range, max",
    "bias-policy, none",
    "seed, x",
    "result-bias, 1.5",
    "reestimate-batch-norm, 0",
    "multiplier, exactly",
    "multiplier, drum:k=99",
    "accumulator, fp33",
    "layer, conv1:multiplier=exactly",
    "layer, conv1:accumulator=fp33",
    "colour, red",
    "layer, conv1",
    "layer, conv1:colour=red",
    "layer, conv1:format=e1m9e",
    "layer, 'conv1:format=e3m4,colour=red'",
    "layer, 'conv1:format=e3m4 result-bias=7'",
    "layer, conv1:round-products=yes",
    "layer, ':format=e3m4'",
  })
  void whatIsWrongIsRefusedInOneLine(String name, String value) {
    assertThatThrownBy(() -> parse(name, value))
        .isInstanceOf(Fp8simException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theLastLayerOverrideThatMatchesWins() {
    Numerics numerics =
        parse(
            "format", "e4m3",
            "layer", "*:format=e3m4,quantize=output",
            "layer", "features/?/*:weights=[e2m5:bias=7],result-bias=-3",
            "layer", "feature:weights=int2");
    LayerNumerics layer = numerics.forLayer(MIDDLE);
    assertThat(layer.weights()).isEqualTo(Formats.parse("e2m5:bias=7"));
    assertThat(layer.input()).isEqualTo(FloatFormat.of(3, 4));
    assertThat(layer.at()).isEqualTo(QuantizeAt.OUTPUT);
    assertThat(layer.result().bias()).isEqualTo(OptionalInt.of(-3));
    assertThat(numerics.forLayer(FIRST).weights()).isEqualTo(FloatFormat.of(3, 4));
  }

  @Test
  void patternsMayHoldColonsAndValuesBrackets() {
    LayerOverride override =
        LayerOverride.parse(
            "model:0/Conv:multiplier=[adder:compensation=3,overflow=wrap],accumulator=fp16:64",
            new MultiplierReader());
    assertThat(override.glob()).isEqualTo("model:0/Conv");
    assertThat(override.changes())
        .containsExactly(
            new LayerChange.OfMultiplier(
                new MultiplierReader().read("adder:compensation=3,overflow=wrap")),
            new LayerChange.OfAccumulator(Accumulator.parse("fp16:64")));
  }

  @Test
  void accumulatorFollowsTheProductUnlessGiven() {
    assertThat(parse().product().accumulator()).isEqualTo(Accumulator.FP32);
    assertThat(parse("multiplier", "adder").product().accumulator()).isEqualTo(Accumulator.EXACT);
    assertThat(parse("round-products", "true").product().accumulator())
        .isEqualTo(Accumulator.EXACT);
    assertThat(parse("multiplier", "adder", "accumulator", "bf16").product().accumulator())
        .isEqualTo(Accumulator.parse("bf16"));
  }

  @ParameterizedTest
  @CsvSource({
    "fc4, e2m1, e2m5, e2m1, e2m1",
    "fc4, int6, int8, int6, int4",
    "fc4, e4m3, e4m3, e4m3, e2m1",
    "fc4-dw8, int4, int8, int8, int4",
    "lsq, int4, int8, int4, int8",
    "all, int4, int4, int4, int4",
  })
  void presetsChangeWeights(
      String preset, String format, String first, String depthwise, String last) {
    Numerics numerics = parse("format", format, "preset", preset);
    assertThat(numerics.forLayer(FIRST).weights().name()).isEqualTo(first);
    assertThat(numerics.forLayer(MIDDLE).weights().name()).isEqualTo(format);
    assertThat(numerics.forLayer(DEPTHWISE).weights().name()).isEqualTo(depthwise);
    assertThat(numerics.forLayer(LAST).weights().name()).isEqualTo(last);
  }

  @Test
  void presetsChangeActivations() {
    Numerics lsq = parse("format", "int4", "preset", "lsq-paper", "quantize", "output");
    assertThat(lsq.forLayer(FIRST).at()).isEqualTo(QuantizeAt.INPUT);
    assertThat(lsq.forLayer(FIRST).input()).isEqualTo(Formats.FLOAT32);
    assertThat(lsq.forLayer(MIDDLE).input()).isEqualTo(new IntegerFormat(4));
    assertThat(lsq.forLayer(LAST).input()).isEqualTo(new IntegerFormat(8));
    Numerics logits = parse("format", "int4", "preset", "fp-logits", "quantize", "output");
    assertThat(logits.forLayer(LAST).output()).isEqualTo(Formats.FLOAT32);
    assertThat(logits.forLayer(MIDDLE).output()).isEqualTo(new IntegerFormat(4));
  }

  @Test
  void overridesBeatPresets() {
    Numerics numerics = parse("format", "int4", "preset", "lsq", "layer", "last:weights=int2");
    assertThat(numerics.forLayer(LAST).weights()).isEqualTo(new IntegerFormat(2));
  }

  @Test
  void studyOptions() {
    Numerics numerics =
        parse("format", "e3m4", "bias-policy", "study", "activation-range", "running:0.8");
    assertThat(numerics.quantizers().biasPolicy()).isEqualTo(BiasPolicy.STUDY);
    assertThat(numerics.ranges().activations())
        .isEqualTo(new RangeMethod(RangeMethod.Kind.RUNNING, 0.8));
  }

  @Test
  void theStudyIsOneWordAway() {
    Numerics study = parse("format", "e3m4", "preset", "study");
    assertThat(study.quantizers().biasPolicy()).isEqualTo(BiasPolicy.STUDY);
    assertThat(study.placement().batchNorm()).isEqualTo(BatchNorm.KEEP);
    assertThat(study.placement().pooling()).isEqualTo(Pooling.PREVIOUS);
    assertThat(study.placement().at()).isEqualTo(QuantizeAt.INPUT);
    assertThat(study.result().isAutomatic()).isFalse();
    assertThat(study).isEqualTo(parse("format", "e3m4", "preset", "study,all"));
    Numerics saturating = parse("format", "e3m4", "preset", "fc4,study", "bias-policy", "saturate");
    assertThat(saturating.quantizers().biasPolicy()).isEqualTo(BiasPolicy.SATURATE);
    assertThat(saturating.placement().pooling()).isEqualTo(Pooling.PREVIOUS);
    assertThat(saturating.placement().preset()).isEqualTo(Preset.FC4);
    for (String wrong : new String[] {"fc4,lsq", "studie", ""}) {
      assertThatThrownBy(() -> parse("format", "e3m4", "preset", wrong))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContaining("--preset " + wrong);
    }
  }

  @Test
  void defaultsAreGoodPractice() {
    Numerics numerics = parse("format", "e3m4");
    assertThat(numerics.quantizers()).isEqualTo(QuantizerOptions.DEFAULT);
    assertThat(numerics.quantizers().biasPolicy()).isEqualTo(BiasPolicy.REAL);
    assertThat(numerics.placement()).isEqualTo(PlacementOptions.DEFAULT);
    assertThat(numerics.placement().batchNorm()).isEqualTo(BatchNorm.FOLD);
    assertThat(numerics.placement().pooling()).isEqualTo(Pooling.PASS);
    assertThat(numerics.result().isAutomatic()).isTrue();
    assertThat(parse("format", "e3m4", "result-format", "activations").result().isAutomatic())
        .isFalse();
  }

  @Test
  void reestimationKeepsBatchNormalization() {
    assertThat(parse("format", "e3m4", "reestimate-batch-norm", "4").placement().batchNorm())
        .isEqualTo(BatchNorm.KEEP);
    assertThatThrownBy(
            () -> parse("format", "e3m4", "reestimate-batch-norm", "4", "batch-norm", "fold"))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("--batch-norm fold removes");
  }

  @Test
  void symmetricActivationsAreSignedUnlessTheSignIsDropped() {
    QuantizerSpec signed = activation(parse("format", "int8", "integer-activations", "symmetric"));
    IntegerQuantizer quantizer = (IntegerQuantizer) signed.quantizer(ValueRange.of(0, 6.35f));
    assertThat(quantizer.zeroPoint()).isZero();
    assertThat(quantizer.min()).isEqualTo(-128);
    assertThat(quantizer.scale()).isEqualTo(6.35f / 127);
    QuantizerSpec auto =
        activation(
            parse("format", "int8", "integer-activations", "symmetric", "activation-sign", "auto"));
    IntegerQuantizer unsigned = (IntegerQuantizer) auto.quantizer(ValueRange.of(0, 6.375f));
    assertThat(unsigned.min()).isZero();
    assertThat(unsigned.scale()).isEqualTo(6.375f / 255);
    assertThat(((IntegerQuantizer) auto.quantizer(ValueRange.of(-1, 6))).min()).isEqualTo(-128);
    IntegerQuantizer asymmetric =
        (IntegerQuantizer) activation(parse("format", "int8")).quantizer(ValueRange.of(-1, 6));
    assertThat(asymmetric.zeroPoint()).isEqualTo(36);
  }

  private static QuantizerSpec activation(Numerics numerics) {
    return new QuantizerSpec(
        QuantizerId.alone("x"),
        QuantizerKind.ACTIVATION,
        numerics.activations(),
        Channels.TENSOR,
        numerics.ranges().activations(),
        numerics.quantizers());
  }

  private static Numerics parse(String... namesAndValues) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options
          .computeIfAbsent(namesAndValues[i], name -> new ArrayList<>())
          .add(namesAndValues[i + 1]);
    }
    return NumericsParser.parse(options);
  }
}
