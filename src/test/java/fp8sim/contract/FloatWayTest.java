package fp8sim.contract;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.format.IntegerFormat;
import fp8sim.graph.Op;
import fp8sim.kernel.ProductMethod;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products that are those of numbers, forced to the kernels of float32, with both accumulators. */
class FloatWayTest extends ForcedWayContract {
  private final RandomTensors random = new RandomTensors(5);

  FloatWayTest() {
    super(ProductMethod.FLOAT32);
  }

  private static int[] biases(int count) {
    return IntStream.range(0, count).map(i -> 3 + i % 4).toArray();
  }

  private ProductArithmetic minifloats(
      String model, String format, Accumulator accumulator, float scale, int... biases) {
    FloatGrid grid = ApproximateSteps.grid(format, 3, false);
    ProductOperand first = new ProductOperand(grid, scale, 0);
    ProductArithmetic each =
        products.arithmetic(model, first, format, false, Round.NONE, grid, biases);
    return ApproximateSteps.with(accumulator, each);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "drum:k=3", "study:compensation=5", "truncated:k=20"})
  void allPairsOfCodes(String model) {
    for (String format : new String[] {"e3m4", "e4m3", "e5m2"}) {
      allPairs(minifloats(model, format, Accumulator.FP32, 1, 5));
      allPairs(minifloats(model, format, Accumulator.FP32, 0.3f, 5));
    }
    allPairs(minifloats(model, "e3m4", Accumulator.EXACT, 1, 5));
    assertTaken();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 100, 10", "7, 5, 17", "29, 33, 3", "17, 320, 33", "13, 700, 40"})
  void sizes(int m, int k, int n) {
    for (float scale : new float[] {1, 0.7f}) {
      check(minifloats("exact", "e3m4", Accumulator.FP32, scale, biases(n)), m, k, n);
      check(minifloats("exact", "e2m2", Accumulator.EXACT, scale, biases(n)), m, k, n);
    }
    assertTaken();
  }

  private void check(ProductArithmetic each, int m, int k, int n) {
    Tensor a = products.first(each, m, k);
    Tensor b = products.second(each, 1, k, n);
    Shape shape = Shape.of(m, n);
    Tensor c = random.normal(n);
    check(r -> r.withConstants(1, 2).withArithmetic(each), PLAIN, shape, a, b, c);
    Op.Gemm scaled = new Op.Gemm(0.7f, -0.3f, false, true);
    Tensor bt = products.second(each, k, n, k);
    check(r -> r.withConstants(1, 2).withArithmetic(each), scaled, shape, a, bt, c);
  }

  @Test
  void computedOperands() {
    ProductArithmetic one = minifloats("exact", "e3m4", Accumulator.FP32, 1, 5);
    Tensor a = products.first(one, 2, 3, 17, 9);
    Tensor b = products.second(one, 1, 2, 3, 9, 21);
    Shape shape = Shape.of(2, 3, 17, 21);
    check(r -> r.withArithmetic(one), new Op.MatMul(false), shape, a, b);
    assertTaken();
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 19, 2", "1, 16, 32, 1", "2, 8, 16, 1"})
  void convolutions(int groups, int channels, int filters, int stride) {
    for (Accumulator accumulator : List.of(Accumulator.FP32, Accumulator.EXACT)) {
      String format = accumulator.equals(Accumulator.FP32) ? "e4m3" : "e2m3";
      ProductArithmetic each = minifloats("exact", format, accumulator, 1, biases(filters));
      check(
          r -> r.withConstants(1, 2).withArithmetic(each),
          new Op.Conv(window(3, stride, 1, 1), groups),
          Shape.of(2, filters, 12 / stride + 1, 16 / stride + 1),
          products.first(each, 2, channels, 13, 17),
          products.second(each, channels / groups * 9, filters, channels / groups, 3, 3),
          random.normal(filters));
    }
    assertTaken();
  }

  @Test
  void zeroPoints() {
    IntegerFormat int8 = new IntegerFormat(8);
    ProductOperand first = new ProductOperand(new IntegerGrid(int8, false), 0.02f, 37);
    ProductOperand second = new ProductOperand(new IntegerGrid(int8, true), 0.01f, 0);
    for (Accumulator accumulator : List.of(Accumulator.FP32, Accumulator.EXACT)) {
      ProductArithmetic one =
          ApproximateSteps.with(
              accumulator,
              products.of(
                  "exact",
                  first,
                  List.of(new ProductArithmetic.Channel(second, null, new ProductRounding.None())),
                  null));
      check(
          r -> r.withConstants(1).withArithmetic(one),
          new Op.Conv(window(3, 1, 1, 1), 1),
          Shape.of(1, 32, 9, 9),
          products.first(one, 1, 16, 9, 9),
          products.second(one, 1, 32, 16, 3, 3),
          null);
    }
    assertTaken();
  }

  @Test
  void notANumber() {
    for (float scale : new float[] {1, 0.7f}) {
      ProductArithmetic one = minifloats("exact", "e3m4", Accumulator.FP32, scale, 5);
      float[] values = products.first(one, 6, 9).toFloats();
      values[12] = Float.NaN;
      values[20] = Float.POSITIVE_INFINITY;
      Tensor a = Tensor.ofFloats(Shape.of(6, 9), values);
      Tensor b = products.second(one, 1, 9, 20);
      check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(6, 20), a, b);
      check(r -> r.withArithmetic(one), new Op.MatMul(false), Shape.of(6, 20), a, b);
    }
    assertTaken();
  }

  /** Products of 22 bits: no sum of many fits float32. */
  @Test
  void wideExactSumsAreLeftToOthers() {
    check(minifloats("exact", "e3m4", Accumulator.EXACT, 1, 5), 3, 50, 4);
    assertNotTaken();
    check(minifloats("study", "e3m4", Accumulator.FP32, 1, 5), 3, 50, 4);
    assertNotTaken();
  }
}
