package fp8sim.contract;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.Epilogue;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of codes, added by every kind of accumulator. */
abstract class AccumulatorContract extends KernelContract {
  final ApproximateSteps products = new ApproximateSteps();
  final RandomTensors random = new RandomTensors(12);

  /** Sums that stay inside, overflow, underflow, and chunks that end within a sum or with it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fp32",
        "fp16",
        "bf16",
        "e5m10",
        "e4m3",
        "e3m2:bias=9",
        "e2m1:bias=-3",
        "q8.8",
        "q12.2",
        "q3.1",
        "q3.1:wrap",
        "q4.30:wrap",
        "q40.20",
        "fp16:5",
        "e4m3:9",
        "bf16:64",
        "q6.3:4",
        "q2.4:wrap:9"
      })
  void accumulators(String name) {
    Accumulator accumulator = Accumulator.parse(name);
    for (Round round : Round.values()) {
      for (String model : new String[] {"exact", "study"}) {
        checkAll(
            ApproximateSteps.with(
                accumulator,
                products.minifloats(
                    model,
                    ApproximateSteps.grid("e3m4", 4, false),
                    "e3m4",
                    false,
                    round,
                    3,
                    4,
                    5,
                    6)));
      }
    }
  }

  /** Gemm, and Conv with one group and several; four output channels. */
  final void checkAll(ProductArithmetic each) {
    check(
        r -> r.withConstants(1, 2).withArithmetic(each),
        new Op.Gemm(1f, 1f, false, true),
        Shape.of(21, 4),
        products.first(each, 21, 45),
        products.second(each, 45, 4, 45),
        random.normal(4));
    for (int groups : new int[] {1, 2, 4}) {
      int channels = 8 / groups;
      check(
          r -> r.withConstants(1).withArithmetic(each),
          new Op.Conv(window(3, 2, 1, 1), groups),
          Shape.of(2, 4, 3, 4),
          products.first(each, 2, 8, 6, 7),
          products.second(each, channels * 9, 4, channels, 3, 3),
          null);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fp32, e5m2",
    "bf16, e4m3",
    "q4.4, e2m3",
    "fp16:7, e4m3",
    "q6.6, e5m2",
    "exact, e5m2"
  })
  void computedOperands(String name, String format) {
    ProductArithmetic one =
        ApproximateSteps.with(
            Accumulator.parse(name),
            products.minifloats(
                "mitchell", ApproximateSteps.grid(format, 9, false), format, false, Round.NONE, 9));
    float[] values = products.first(one, 2, 5, 9).toFloats();
    values[12] = Float.NaN;
    check(
        r -> r.withArithmetic(one),
        new Op.MatMul(true),
        Shape.of(2, 5, 7),
        Tensor.ofFloats(Shape.of(2, 5, 9), values),
        products.second(one, 1, 2, 7, 9));
  }

  /** Exact sums of more than 64 bits. */
  @Test
  void wideSums() {
    ProductArithmetic each =
        products.minifloats(
            "exact",
            ApproximateSteps.grid("e5m2", 16, false),
            "e5m2",
            false,
            Round.NONE,
            14,
            15,
            16,
            17);
    checkAll(each);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "fp32", "fp16", "q8.4"})
  void transposedConvolutions(String name) {
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
    for (int stride : new int[] {1, 2, 3}) {
      int size = 4 * stride + 1;
      check(
          r ->
              r.withConstants(1, 2)
                  .withArithmetic(each)
                  .withEpilogue(new Epilogue.Activation(new Op.Unary(UnaryFunction.SIGMOID))),
          new Op.ConvTranspose(window(3, stride, 1, 1), 1, List.of(0, 0), List.of()),
          Shape.of(2, 4, size, size),
          products.first(each, 2, 3, 5, 5),
          products.second(each, 9, 3, 4, 3, 3),
          random.normal(4));
    }
  }
}
