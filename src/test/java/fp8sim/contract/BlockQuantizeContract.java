package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Philox;
import fp8sim.format.Rounding;
import fp8sim.format.Subnormals;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.kernel.Backend;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.numerics.FloatMath;
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
import java.util.function.DoublePredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel quantizes every block as {@link BlockQuantizer} quantizes a block of its own, to the
 * last bit.
 */
abstract class BlockQuantizeContract {
  private static final QuantizerId ID = QuantizerId.alone("q");
  private static final long SEED = 42;
  private static final float RANGE = 40;

  private static final List<String> FORMATS =
      List.of(
          "mxfp8-e4m3",
          "mxfp8-e5m2",
          "mxfp6-e3m2",
          "mxfp6-e2m3",
          "mxfp4",
          "mxint8",
          "nvfp4",
          "int4:block=5,scale=fp32",
          "e3m2:block=20,scale=fp16",
          "ofp8-e4m3:block=16,scale=e4m3",
          "e4m3:normal-only:block=32,scale=e8m0",
          "e2m1:block=128,scale=bf16",
          "e2m1:block=16,scale=e5m2",
          "e0m3:block=1,scale=e3m4",
          "binary8p3se:block=32,scale=e8m0",
          "binary8p1sf:block=16,scale=e8m0",
          "binary8p3uf:block=20,scale=binary8p4uf",
          "e4m3:bias=20:block=32,scale=e8m0",
          "e2m1:block=16,scale=binary8p1uf");

  /** Lengths of axes around a block, strides around a vector; the axis is the middle one. */
  private static final int[][] SHAPES = {
    {1, 1, 1}, {3, 31, 1}, {2, 32, 1}, {2, 33, 1}, {5, 70, 1}, {1, 300, 1}, {700, 5, 1},
    {2, 40, 2}, {1, 33, 7}, {2, 32, 15}, {1, 70, 16}, {3, 5, 17}, {2, 64, 49}, {1, 3, 1000},
    {2, 0, 3}, {0, 4, 1}
  };

  abstract Backend backend();

  static Stream<Arguments> formatsAndRoundings() {
    return FORMATS.stream()
        .flatMap(format -> Arrays.stream(Rounding.values()).map(r -> Arguments.of(format, r)));
  }

  @ParameterizedTest
  @MethodSource("formatsAndRoundings")
  void everyBlockIsQuantized(String format, Rounding rounding) {
    for (Subnormals subnormals : Subnormals.values()) {
      ConversionMode mode = new ConversionMode(rounding, Overflow.SATURATE, subnormals);
      for (int[] shape : SHAPES) {
        check(spec(format, mode), Shape.of(shape), 0);
        check(spec(format, mode), Shape.of(shape), 0.002);
      }
    }
  }

  /** Blocks whose largest number is near an end of float32, and ones in the middle of scales. */
  @ParameterizedTest
  @MethodSource("formatsAndRoundings")
  void blocksAtTheEndsOfTheRange(String format, Rounding rounding) {
    ConversionMode mode = new ConversionMode(rounding, Overflow.SATURATE, Subnormals.KEEP);
    Random random = new Random(5);
    for (Shape shape : List.of(Shape.of(1, 96, 1), Shape.of(1, 40, 33))) {
      float[] values = new float[shape.elements()];
      for (float largest :
          new float[] {Float.MAX_VALUE, 3e37f, 9, 1.5f, 0x1p-126f, 0x1p-130f, 0x1p-149f, 0}) {
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextInt(8) == 0 ? largest : largest * random.nextInt(9) / 8;
        }
        check(spec(format, mode), shape, values);
      }
    }
  }

  private static QuantizerSpec spec(String format, ConversionMode mode) {
    QuantizerOptions plain = QuantizerOptions.DEFAULT;
    QuantizerOptions options =
        new QuantizerOptions(
            plain.biasPolicy(), plain.scale(), mode, plain.sign(), plain.integers());
    return new QuantizerSpec(
        ID,
        QuantizerKind.ACTIVATION,
        Formats.parse(format),
        Channels.TENSOR,
        RangeMethod.MINMAX,
        options,
        -2);
  }

  private void check(QuantizerSpec spec, Shape shape, double special) {
    check(spec, shape, values(shape.elements(), special));
  }

  private void check(QuantizerSpec spec, Shape shape, float[] values) {
    QuantizerState live = new QuantizerState(spec.id(), spec::quantizer);
    live.fix(ValueRange.of(-RANGE, RANGE));
    QuantizerTable table = new QuantizerTable(SEED);
    table.add(live);
    table.setSample(7);
    float[] expected = expected((BlockQuantizer) live.quantizer(), live.stream(), shape, values);
    float[] actual = run(Tensor.ofFloats(shape, values), table).toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertThat(Float.floatToIntBits(actual[i]))
          .as("%s %s [%d] of %s", spec.describe(), shape, i, values[i])
          .isEqualTo(Float.floatToIntBits(expected[i]));
    }
    assertThat(live.nans()).isEqualTo(count(values, Double::isNaN));
    assertThat(live.infinities()).isEqualTo(count(values, Double::isInfinite));
  }

  private static long count(float[] values, DoublePredicate test) {
    long count = 0;
    for (float value : values) {
      count += test.test(value) ? 1 : 0;
    }
    return count;
  }

  /** Each block copied out of the tensor. */
  private static float[] expected(
      BlockQuantizer quantizer, int stream, Shape shape, float[] values) {
    int length = shape.dim(1);
    int inner = shape.dim(2);
    int size = quantizer.format().size();
    float[] expected = new float[values.length];
    for (int o = 0; o < shape.dim(0); o++) {
      for (int c = 0; c < inner; c++) {
        for (int from = 0; from < length; from += size) {
          int[] at = new int[Math.min(size, length - from)];
          float[] block = new float[at.length];
          for (int i = 0; i < at.length; i++) {
            at[i] = (o * length + from + i) * inner + c;
            block[i] = values[at[i]];
          }
          int perSample = length * inner;
          IntUnaryOperator random =
              i -> Philox.bits(SEED, stream, 7 + at[i] / perSample, at[i] % perSample);
          quantizer.apply(block, 0, 1, at.length, random);
          for (int i = 0; i < at.length; i++) {
            expected[at[i]] = block[i];
          }
        }
      }
    }
    return expected;
  }

  /** Numbers of many magnitudes, runs of zeros, and a share of special ones. */
  private static float[] values(int count, double special) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      float any = (float) Math.scalb(random.nextGaussian(), random.nextInt(12) - 6);
      int kind = random.nextInt(1000);
      values[i] =
          kind < 100
              ? 0f
              : kind < 120
                  ? -0f
                  : kind < 200
                      ? random.nextInt(17) / 4f - 2
                      : kind < 210 ? Float.intBitsToFloat(random.nextInt(0x7F800000)) : any;
      if (random.nextDouble() < special) {
        float[] specials = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        values[i] = specials[random.nextInt(specials.length)];
      }
    }
    return values;
  }

  private Tensor run(Tensor x, QuantizerTable table) {
    TensorType type = new TensorType(x.type(), x.shape());
    Operand.Slot in = new Operand.Slot(0, type);
    long offset =
        Math.max(1, Math.ceilDiv(type.bytes(), Tensor.ALIGNMENT)) * (long) Tensor.ALIGNMENT;
    Operand.Slot out = new Operand.Slot(offset, type);
    Op.FakeQuantize op = new Op.FakeQuantize(ID, false);
    Step first = new Step("first", op, List.of(in), List.of(out), List.of());
    Plan plan =
        new Plan(
            "test", List.of(first), Map.of("x", in), Map.of("y", out), 2 * offset, FloatMath.FUSED);
    SessionOptions options = new SessionOptions(2, "", new PreparedConstants(), table);
    try (Session session = backend().compile(plan, options)) {
      Tensor copy = Tensor.zeros(DataType.FLOAT, x.shape());
      copy.data().copyFrom(session.run(Map.of("x", x)).get("y").data());
      return copy;
    }
  }
}
