package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Philox;
import fp8sim.format.Rounding;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import fp8sim.format.Subnormals;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.kernel.Backend;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.numerics.ActivationSign;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.IntegerActivations;
import fp8sim.numerics.QuantizerOptions;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.plan.Step;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel gives what {@link ScalarQuantizer#apply(float, int)} gives, to the last bit. */
abstract class FakeQuantizeContract {
  private static final QuantizerId ID = QuantizerId.alone("q");
  private static final float[] RANGES = {0, 1e-30f, 0.37f, 2.5f, 3e5f};
  private static final List<String> FORMATS =
      List.of(
          "e5m2",
          "e4m3",
          "e3m4",
          "e2m5",
          "e0m7",
          "e5m10",
          "e8m7",
          "e4m3:normal-only",
          "e3m4:bias=5",
          "ofp8-e4m3",
          "ofp8-e5m2",
          "e4m3fnuz",
          "e5m2fnuz",
          "binary8p3se",
          "binary8p1sf",
          "binary8p4ue",
          "binary6p1ue",
          "binary4p2se",
          "int8",
          "int4");
  private static final int SAMPLES = 3;
  private static final long SEED = 42;

  abstract Backend backend();

  /** How float32 layers add; nothing depends on it here. */
  FloatMath floatMath() {
    return FloatMath.FUSED;
  }

  /** Formats that it must refuse to round to stochastically. */
  Set<String> withoutStochasticRounding() {
    return Set.of();
  }

  static Stream<Arguments> formatsAndRoundings() {
    return FORMATS.stream()
        .flatMap(format -> Arrays.stream(Rounding.values()).map(r -> Arguments.of(format, r)));
  }

  @ParameterizedTest
  @MethodSource("formatsAndRoundings")
  void everyElementIsQuantized(String name, Rounding rounding) {
    Format format = Formats.parse(name);
    for (BiasPolicy policy : BiasPolicy.values()) {
      for (Subnormals subnormals : Subnormals.values()) {
        ConversionMode conversion = new ConversionMode(rounding, Overflow.SATURATE, subnormals);
        QuantizerOptions options =
            new QuantizerOptions(
                policy,
                ScaleMode.REAL,
                conversion,
                ActivationSign.AUTO,
                IntegerActivations.ASYMMETRIC);
        for (float maxval : RANGES) {
          check(spec(format, options), ValueRange.of(-maxval, maxval));
          check(spec(format, options), ValueRange.of(0, maxval));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"posit8", "posit8es0", "hif8", "lns8", "nf4", "posit8:fit=16777216"})
  void everyElementGoesToATable(String name) {
    Format format = Formats.parse(name);
    for (Rounding rounding : Rounding.values()) {
      for (ScaleMode mode : ScaleMode.values()) {
        QuantizerOptions options =
            new QuantizerOptions(
                BiasPolicy.REAL,
                mode,
                new ConversionMode(rounding, Overflow.SATURATE, Subnormals.KEEP),
                ActivationSign.AUTO,
                IntegerActivations.ASYMMETRIC);
        for (float maxval : RANGES) {
          check(spec(format, options), ValueRange.of(-maxval, maxval));
        }
      }
    }
  }

  /** What divides by multiplying must not miss a tie. */
  @ParameterizedTest
  @ValueSource(strings = {"int8", "ofp8-e4m3", "e3m4", "posit8", "hif8", "lns8"})
  void quotientsNearMidpoints(String name) {
    QuantizerOptions options =
        new QuantizerOptions(
            BiasPolicy.REAL,
            ScaleMode.REAL,
            ConversionMode.DEFAULT,
            ActivationSign.SIGNED,
            IntegerActivations.ASYMMETRIC);
    QuantizerSpec spec = spec(Formats.parse(name), options);
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      float maxval = (float) Math.scalb(1 + random.nextDouble(), random.nextInt(40) - 20);
      ValueRange range = ValueRange.of(-maxval, maxval);
      ScalarQuantizer quantizer = (ScalarQuantizer) spec.quantizer(range);
      float[] values = nearMidpoints(quantizer);
      float[] expected = new float[values.length];
      for (int k = 0; k < values.length; k++) {
        expected[k] = quantizer.apply(values[k]);
      }
      QuantizerState live = new QuantizerState(spec.id(), spec::quantizer);
      live.fix(range);
      QuantizerTable table = new QuantizerTable(SEED);
      table.add(live);
      Tensor y = run(Tensor.ofFloats(Shape.of(1, values.length), values), table);
      assertThat(bits(y.toFloats())).as(quantizer.toString()).isEqualTo(bits(expected));
    }
  }

  /** Five neighbouring numbers at each midpoint of the grid; zeros where there is none. */
  private static float[] nearMidpoints(ScalarQuantizer quantizer) {
    int codes = 1 << quantizer.codeBits();
    float[] values = new float[5 * codes];
    for (int code = 0; code + 1 < codes; code++) {
      double below = quantizer.decode(code);
      float middle = (float) ((below + quantizer.decode(code + 1)) / 2);
      if (Float.isFinite(middle)) {
        for (int k = 0; k < 5; k++) {
          values[5 * code + k] = Float.intBitsToFloat(Float.floatToRawIntBits(middle) + k - 2);
        }
      }
    }
    return values;
  }

  private static QuantizerSpec spec(Format format, QuantizerOptions options) {
    return new QuantizerSpec(
        ID, QuantizerKind.ACTIVATION, format, Channels.TENSOR, RangeMethod.MINMAX, options);
  }

  private void check(QuantizerSpec spec, ValueRange range) {
    QuantizerState live = new QuantizerState(spec.id(), spec::quantizer);
    live.fix(range);
    QuantizerTable table = new QuantizerTable(SEED);
    table.add(live);
    table.setSample(7);
    float[] values = values((ScalarQuantizer) spec.quantizer(range));
    Tensor x = Tensor.ofFloats(Shape.of(SAMPLES, values.length / SAMPLES), values);
    ScalarQuantizer quantizer = (ScalarQuantizer) spec.quantizer(range);
    if (quantizer.isStochastic() && withoutStochasticRounding().contains(spec.format().name())) {
      assertThatThrownBy(() -> run(x, table))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContaining("stochastic rounding to " + quantizer.format().name());
      Assumptions.abort("no stochastic rounding to " + spec.format().name());
    }
    Tensor y = run(x, table);
    float[] expected = new float[values.length];
    int perSample = values.length / SAMPLES;
    for (int i = 0; i < values.length; i++) {
      int random = Philox.bits(SEED, live.stream(), 7 + i / perSample, i % perSample);
      expected[i] = quantizer.apply(values[i], random);
    }
    assertThat(bits(y.toFloats())).as(quantizer.toString()).isEqualTo(bits(expected));
    assertThat(live.nans()).isEqualTo(1);
    assertThat(live.infinities()).isEqualTo(2);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  private Tensor run(Tensor x, QuantizerTable table) {
    TensorType type = new TensorType(x.type(), x.shape());
    Operand.Slot in = new Operand.Slot(0, type);
    long offset = Math.ceilDiv(type.bytes(), Tensor.ALIGNMENT) * Tensor.ALIGNMENT;
    Operand.Slot out = new Operand.Slot(offset, type);
    Op.FakeQuantize op = new Op.FakeQuantize(ID, false);
    Step step = new Step("q", op, List.of(in), List.of(out), List.of());
    Plan plan =
        new Plan("test", List.of(step), Map.of("x", in), Map.of("y", out), 2 * offset, floatMath());
    SessionOptions options = new SessionOptions(2, "", new PreparedConstants(), table);
    try (Session session = backend().compile(plan, options)) {
      Tensor copy = Tensor.zeros(DataType.FLOAT, x.shape());
      copy.data().copyFrom(session.run(Map.of("x", x)).get("y").data());
      return copy;
    }
  }

  /** Specials, grid values, midpoints and their neighbours, and random bits. */
  private static float[] values(ScalarQuantizer quantizer) {
    float[] values = new float[SAMPLES * 701];
    Random random = new Random(9);
    float[] special = RandomTensors.SPECIALS;
    System.arraycopy(special, 0, values, 0, special.length);
    int codes = 1 << quantizer.codeBits();
    for (int i = special.length; i + 3 < values.length; i += 4) {
      int code = random.nextInt(codes - 1);
      float below = quantizer.decode(code);
      float middle = (float) ((below + (double) quantizer.decode(code + 1)) / 2);
      boolean isNumber = Float.isFinite(below) && Float.isFinite(middle);
      values[i] = isNumber ? below : 3f;
      values[i + 1] = isNumber ? middle : -5f;
      values[i + 2] = isNumber ? Math.nextUp(middle) : 7f;
      float any = Float.intBitsToFloat(random.nextInt());
      values[i + 3] = Float.isFinite(any) ? any : 0.1f;
    }
    return values;
  }
}
