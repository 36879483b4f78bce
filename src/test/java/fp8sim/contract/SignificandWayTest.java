package fp8sim.contract;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of significands in registers, forced, with every kind of sums. */
class SignificandWayTest extends ForcedWayContract {
  /** Fractions of as many bits as fit: two vectors hold a table. */
  private static final int BITS = 1 + Integer.numberOfTrailingZeros(Memory.LANES);

  private static final List<Accumulator> ACCUMULATORS =
      List.of(Accumulator.FP32, Accumulator.EXACT);

  /** What sums are, and formats that make them so. */
  private enum Sums {
    FP32(Accumulator.FP32, 3, BITS),
    EXACT(Accumulator.EXACT, 3, BITS),
    /** Products of 20 bits, whose sums of many terms float32 does not hold. */
    RANGES(Accumulator.EXACT, 3, 3),
    /** Products of more than 28 bits, in tables of one vector. */
    DOUBLES(Accumulator.EXACT, 4, BITS - 2),
    /** The same, of two vectors. */
    PAIRS_OF_DOUBLES(Accumulator.EXACT, 4, BITS - 1);

    private final Accumulator accumulator;
    private final String format;

    Sums(Accumulator accumulator, int exponentBits, int fractionBits) {
      this.accumulator = accumulator;
      format = "e" + exponentBits + "m" + Math.min(fractionBits, 4);
    }

    FloatGrid grid(int bias) {
      return ApproximateSteps.grid(format, bias, false);
    }
  }

  private final RandomTensors random = new RandomTensors(5);

  SignificandWayTest() {
    super(ProductMethod.SIGNIFICANDS);
  }

  /** Models of significands, unrounded: one class for each fraction. */
  static Stream<String> models() {
    return Stream.of("exact", "study", "lmul", "mitchell", "mbm", "drum:k=3", "truncated:k=3");
  }

  private ProductArithmetic arithmetic(String model, Sums sums, int... biases) {
    return ApproximateSteps.with(
        sums.accumulator,
        products.minifloats(model, sums.grid(3), sums.format, false, Round.NONE, biases));
  }

  private static int[] biases(int count) {
    return IntStream.range(0, count).map(i -> 3 + i % 4).toArray();
  }

  @ParameterizedTest
  @MethodSource("models")
  void allPairsOfCodes(String model) {
    for (Sums sums : Sums.values()) {
      allPairs(arithmetic(model, sums, 5));
    }
    FloatGrid e5m2 = ApproximateSteps.grid("e5m2", 16, false);
    ProductArithmetic wide = products.minifloats(model, e5m2, "e4m3", false, Round.NONE, 5);
    allPairs(ApproximateSteps.with(Accumulator.FP32, wide));
    assertTaken();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 100, 10",
    "5, 3, 15",
    "6, 64, 16",
    "7, 5, 17",
    "29, 33, 3",
    "17, 320, 33",
    "13, 700, 40",
    "23, 1300, 70"
  })
  void sizes(int m, int k, int n) {
    for (Sums sums : Sums.values()) {
      ProductArithmetic each = arithmetic("study", sums, biases(n));
      Tensor a = products.first(each, m, k);
      Shape shape = Shape.of(m, n);
      Tensor b = products.second(each, 1, k, n);
      Tensor c = random.normal(n);
      check(r -> r.withConstants(1, 2).withArithmetic(each), PLAIN, shape, a, b, c);
      Op.Gemm scaled = new Op.Gemm(0.7f, -0.3f, false, true);
      Tensor bt = products.second(each, k, n, k);
      check(r -> r.withConstants(1, 2).withArithmetic(each), scaled, shape, a, bt, c);
    }
    assertTaken();
  }

  /** Sums that fit an int, and that do not: all products are the largest. */
  @ParameterizedTest
  @CsvSource({"3, 1", "31, 5", "320, 7", "500, 9", "600, 33", "1300, 20"})
  void largestSums(int terms, int columns) {
    for (Sums sums : Sums.values()) {
      // With four bits of fraction, sums of mbm would have more than 53 bits.
      String fourth = sums == Sums.PAIRS_OF_DOUBLES ? "mitchell" : "mbm";
      for (String model : new String[] {"exact", "study", "lmul", fourth}) {
        ProductArithmetic one = arithmetic(model, sums, 3);
        float largest = (float) one.a().grid().value((1 << (one.a().grid().codeBits() - 1)) - 1);
        float[] values = new float[terms * columns];
        Arrays.fill(values, largest);
        Tensor b = Tensor.ofFloats(Shape.of(terms, columns), values);
        float[] left = new float[7 * terms];
        for (int i = 0; i < left.length; i++) {
          left[i] = i / terms % 2 == 0 ? largest : -largest;
        }
        Tensor a = Tensor.ofFloats(Shape.of(7, terms), left);
        Shape shape = Shape.of(7, columns);
        check(r -> r.withConstants(1).withArithmetic(one), PLAIN, shape, a, b);
        check(r -> r.withArithmetic(one), new Op.MatMul(false), shape, a, b);
      }
    }
    assertTaken();
  }

  @Test
  void computedOperands() {
    for (Sums sums : Sums.values()) {
      ProductArithmetic one = arithmetic("study", sums, 5);
      Tensor a = products.first(one, 2, 3, 17, 9);
      Shape shape = Shape.of(2, 3, 17, 21);
      Op.MatMul op = new Op.MatMul(false);
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 2, 3, 9, 21));
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 3, 9, 21));
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 9, 21));
      Op.MatMul transposed = new Op.MatMul(true);
      check(r -> r.withArithmetic(one), transposed, shape, a, products.second(one, 1, 2, 1, 21, 9));
    }
    assertTaken();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, 19, 3, 1, 1, 1",
    "1, 3, 19, 3, 2, 1, 1",
    "1, 8, 19, 1, 1, 1, 0",
    "1, 16, 32, 3, 1, 1, 1",
    "1, 40, 64, 3, 1, 1, 1",
    "1, 16, 31, 3, 2, 1, 1",
    "1, 16, 32, 3, 1, 2, 2",
    "2, 8, 16, 3, 1, 1, 0",
    "4, 8, 12, 5, 2, 1, 2"
  })
  void convolutions(
      int groups, int channels, int filters, int kernel, int stride, int dilation, int pad) {
    int reach = (kernel - 1) * dilation + 1;
    int height = (13 + 2 * pad - reach) / stride + 1;
    int width = (18 + 2 * pad - reach) / stride + 1;
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Epilogue affine =
        new Epilogue.Affine(
            1,
            new Operand.Constant(random.normal(filters)),
            new Operand.Constant(random.normal(filters)),
            false);
    for (Sums sums : Sums.values()) {
      ProductArithmetic each = arithmetic("mitchell", sums, biases(filters));
      Tensor x = products.first(each, 2, channels, 13, 18);
      int terms = channels / groups * kernel * kernel;
      Tensor w = products.second(each, terms, filters, channels / groups, kernel, kernel);
      check(
          r -> r.withConstants(1, 2).withArithmetic(each).withEpilogue(affine, relu),
          new Op.Conv(window(kernel, stride, dilation, pad), groups),
          Shape.of(2, filters, height, width),
          x,
          w,
          random.normal(filters));
    }
    assertTaken();
  }

  @Test
  void notANumber() {
    for (Sums sums : Sums.values()) {
      ProductArithmetic one = arithmetic("study", sums, 5);
      float[] values = products.first(one, 6, 9).toFloats();
      values[12] = Float.NaN;
      values[20] = Float.NEGATIVE_INFINITY;
      Tensor a = Tensor.ofFloats(Shape.of(6, 9), values);
      Tensor b = products.second(one, 1, 9, 20);
      check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(6, 20), a, b);
      check(r -> r.withArithmetic(one), new Op.MatMul(false), Shape.of(6, 20), a, b);
    }
    assertTaken();
  }

  @Test
  void scales() {
    for (Sums sums : Sums.values()) {
      FloatGrid first = sums.grid(4);
      ProductArithmetic each =
          ApproximateSteps.with(
              sums.accumulator,
              products.arithmetic(
                  "mbm",
                  new ProductOperand(first, 0.137f, 0),
                  first.format().name(),
                  false,
                  Round.NONE,
                  first,
                  4,
                  5,
                  7));
      Tensor a = products.first(each, 30, 20);
      Tensor b = products.second(each, 1, 20, 3);
      check(r -> r.withConstants(1).withArithmetic(each), PLAIN, Shape.of(30, 3), a, b);
    }
    assertTaken();
  }

  /** A table of random products with the property, in one operand only. */
  private record RandomTable(boolean first, int classes) implements Multiplier {
    private static final int CODES = 1 << 8;

    @Override
    public String name() {
      return "random";
    }

    @Override
    public ProductTable bind(ProductSetting setting) {
      SplittableRandom random = new SplittableRandom(classes);
      int[] classOf = random.ints(CODES, 0, classes).toArray();
      int[] power = random.ints(CODES, -3, 8).toArray();
      double[][] entries = new double[classes][CODES];
      for (double[] line : entries) {
        for (int i = 0; i < CODES; i++) {
          line[i] = random.nextInt(-1000, 1000);
        }
      }
      double[] products = new double[CODES * CODES];
      for (int a = 0; a < CODES; a++) {
        for (int w = 0; w < CODES; w++) {
          int lane = first ? a : w;
          double factor = lane % 17 == 3 ? 0 : Math.scalb(lane % 3 == 0 ? -1.0 : 1.0, power[lane]);
          products[a * CODES + w] = entries[classOf[lane]][first ? w : a] * factor + 0.0;
        }
      }
      return new ProductTable(8, 8, products);
    }
  }

  private ProductArithmetic table(boolean first, int classes, Accumulator accumulator) {
    FloatGrid grid = ApproximateSteps.grid("e3m4", 4, false);
    ProductOperand operand = new ProductOperand(grid, 1, 0);
    return new ProductArithmetic(
        new RandomTable(first, classes),
        operand,
        List.of(new ProductArithmetic.Channel(operand, null, new ProductRounding.None())),
        accumulator,
        null,
        new ProductTables());
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 1", "false, 0", "false, 1"})
  void randomTables(boolean first, int vectors) {
    for (Accumulator accumulator : ACCUMULATORS) {
      ProductArithmetic one = table(first, Memory.LANES << vectors, accumulator);
      for (int channels : new int[] {3, 16}) {
        check(
            r -> r.withConstants(1).withArithmetic(one),
            new Op.Conv(window(3, 1, 1, 1), 1),
            Shape.of(1, 32, 9, 9),
            products.first(one, 1, channels, 9, 9),
            products.second(one, 1, 32, channels, 3, 3),
            null);
      }
      if (!first) {
        Tensor a = products.first(one, 21, 50);
        Tensor b = products.second(one, 1, 50, 40);
        check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(21, 40), a, b);
        check(r -> r.withArithmetic(one), new Op.MatMul(false), Shape.of(21, 40), a, b);
      }
    }
    assertTaken();
  }

  @Test
  void tooManyClassesAreLeftToOthers() {
    ProductArithmetic one = table(false, 2 * Memory.LANES + 1, Accumulator.EXACT);
    Tensor a = products.first(one, 3, 5);
    Tensor b = products.second(one, 1, 5, 4);
    check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(3, 4), a, b);
    assertNotTaken();
  }
}
