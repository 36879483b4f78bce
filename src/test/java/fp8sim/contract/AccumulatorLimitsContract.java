package fp8sim.contract;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accumulators at their limits, and shapes that not every implementation takes. */
abstract class AccumulatorLimitsContract extends AccumulatorContract {
  /**
   * Formats whose products have few and many bits, few and many exponents, and accumulators whose
   * sums float32 and double hold, or not quite.
   */
  @ParameterizedTest
  @CsvSource({
    "fp16, e4m3, e4m3",
    "fp16, e5m2, e5m2",
    "fp16, e2m5, e2m3",
    "bf16, e5m2, e4m3",
    "bf16, e3m4, e3m4",
    "e8m7, e4m3, e4m3",
    "e4m3, e4m3, e4m3",
    "e5m2, e5m2, e5m2",
    "e6m1, e5m2, e5m2",
    "e5m9, e2m5, e2m5",
    "e5m10:bias=40, e4m3, e4m3",
    "e0m6, e2m3, e2m3",
    "q16.16, e4m3, e4m3",
    "q20.31, e5m2, e4m3",
    "q5.18, e3m4, e3m4",
    "q2.20:wrap, e4m3, e4m3",
    "q1.19:wrap, e3m4, e3m4",
    "q40.22, e2m3, e2m3",
    "q2.60, e4m3, e4m3",
    "fp32, e5m2, e5m2",
    "exact, e5m2, e4m3",
    "exact, e2m3, e2m3",
    "exact, e4m3, e4m3",
    "fp16:16, e5m2, e5m2",
    "q16.16:6, e4m3, e4m3",
    "q40.20:10, e2m3, e2m3"
  })
  void formats(String name, String first, String second) {
    Accumulator accumulator = Accumulator.parse(name);
    for (String model : new String[] {"exact", "mitchell", "mbm"}) {
      ProductArithmetic each =
          ApproximateSteps.with(
              accumulator,
              products.minifloats(model, standard(first), second, false, Round.NONE, 3, 4, 5, 6));
      checkAll(each);
    }
  }

  private static FloatGrid standard(String format) {
    FloatFormat layout = (FloatFormat) Formats.parse(format);
    return new FloatGrid(layout, layout.standardBias());
  }

  /** Whole vectors and more of both operands, for some accumulators of each kind. */
  @ParameterizedTest
  @ValueSource(
      strings = {"fp32", "fp16", "bf16", "e4m3", "e5m10", "q8.8", "q5.12:wrap", "q16.16", "bf16:8"})
  void sizes(String name) {
    int channels = 70;
    int[] biases = new int[channels];
    Arrays.setAll(biases, c -> 3 + c % 3);
    for (Round round : new Round[] {Round.NONE, Round.NEAREST}) {
      FloatGrid grid = ApproximateSteps.grid("e3m4", 4, false);
      ProductArithmetic each =
          ApproximateSteps.with(
              Accumulator.parse(name),
              products.minifloats("study", grid, "e3m4", false, round, biases));
      check(
          r -> r.withConstants(1, 2).withArithmetic(each),
          new Op.Gemm(1f, 1f, false, false),
          Shape.of(83, channels),
          products.first(each, 83, 38),
          products.second(each, 1, 38, channels),
          random.normal(channels));
      check(
          r -> r.withConstants(1).withArithmetic(each),
          new Op.Conv(window(3, 1, 1, 1), 1),
          Shape.of(2, channels, 11, 13),
          products.first(each, 2, 3, 11, 13),
          products.second(each, 27, channels, 3, 3, 3),
          null);
    }
  }

  /** One spatial axis, and three. */
  @ParameterizedTest
  @ValueSource(strings = {"exact", "fp16", "q8.4:7"})
  void otherDimensions(String name) {
    ProductArithmetic each =
        ApproximateSteps.with(
            Accumulator.parse(name),
            products.minifloats(
                "adder",
                ApproximateSteps.grid("e3m4", 4, false),
                "e3m4",
                false,
                Round.NEAREST,
                3,
                4,
                5,
                6));
    Window line =
        new Window(List.of(3), List.of(2), List.of(1), List.of(1, 1), Window.AutoPad.NOTSET);
    check(
        r -> r.withConstants(1).withArithmetic(each),
        new Op.Conv(line, 2),
        Shape.of(2, 4, 6),
        products.first(each, 2, 4, 11),
        products.second(each, 6, 4, 2, 3),
        null);
    Window cube =
        new Window(
            List.of(3, 2, 3),
            List.of(2, 1, 1),
            List.of(1, 2, 1),
            List.of(1, 0, 1, 1, 1, 0),
            Window.AutoPad.NOTSET);
    check(
        r -> r.withConstants(1).withArithmetic(each),
        new Op.Conv(cube, 1),
        Shape.of(2, 4, 3, 5, 4),
        products.first(each, 2, 3, 5, 6, 5),
        products.second(each, 54, 4, 3, 3, 2, 3),
        null);
    check(
        r -> r.withConstants(1).withArithmetic(each),
        new Op.ConvTranspose(cube, 1, List.of(0, 0, 0), List.of()),
        Shape.of(2, 4, 5, 6, 5),
        products.first(each, 2, 3, 3, 5, 4),
        products.second(each, 18, 3, 4, 3, 2, 3),
        null);
  }

  /** Some numbers of an input are NaN or infinite. */
  @ParameterizedTest
  @ValueSource(strings = {"exact", "fp32", "e4m3", "q8.4:7"})
  void notFinite(String name) {
    ProductArithmetic each =
        ApproximateSteps.with(
            Accumulator.parse(name),
            products.minifloats(
                "study",
                ApproximateSteps.grid("e3m4", 4, false),
                "e3m4",
                false,
                Round.NONE,
                3,
                4,
                5,
                6));
    float[] values = products.first(each, 2, 8, 6, 7).toFloats();
    values[0] = Float.NaN;
    values[200] = Float.POSITIVE_INFINITY;
    values[623] = Float.NEGATIVE_INFINITY;
    Tensor x = Tensor.ofFloats(Shape.of(2, 8, 6, 7), values);
    for (int groups : new int[] {1, 2, 4}) {
      int channels = 8 / groups;
      check(
          r -> r.withConstants(1).withArithmetic(each),
          new Op.Conv(window(3, 2, 1, 1), groups),
          Shape.of(2, 4, 3, 4),
          x,
          products.second(each, channels * 9, 4, channels, 3, 3),
          null);
    }
    ProductArithmetic one = ApproximateSteps.of(each, 1);
    check(
        r -> r.withConstants(1).withArithmetic(one),
        new Op.ConvTranspose(window(3, 2, 1, 1), 2, List.of(0, 0), List.of()),
        Shape.of(2, 4, 11, 13),
        x,
        products.second(one, 9, 8, 2, 3, 3),
        null);
  }
}
