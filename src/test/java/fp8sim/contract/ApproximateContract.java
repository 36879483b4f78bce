package fp8sim.contract;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Quantizers;
import fp8sim.format.ScaleMode;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.graph.Window;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of codes, summed exactly. */
abstract class ApproximateContract extends ProductContract {
  private static final FloatGrid E3M4 = ApproximateSteps.grid("e3m4", 4, false);

  private final RandomTensors random = new RandomTensors(3);

  static Stream<String> models() {
    return ApproximateSteps.MODELS.stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void allPairsOfCodes(String model) {
    allPairs(products.minifloats(model, E3M4, "e3m4", false, Round.NONE, 5));
    allPairs(products.minifloats(model, E3M4, "e3m4", false, Round.NEAREST, -3));
    FloatGrid e4m3 = ApproximateSteps.grid("e4m3", 9, false);
    allPairs(products.minifloats(model, e4m3, "e4m3", false, Round.NEAREST, 7));
    FloatGrid e5m2 = ApproximateSteps.grid("e5m2", 16, false);
    allPairs(products.minifloats(model, e5m2, "e4m3", false, Round.NEAREST, 8));
    FloatGrid p3109 = ApproximateSteps.grid("binary8p3se", 16, false);
    allPairs(products.minifloats(model, p3109, "binary8p4se", false, Round.NEAREST, 7));
    FloatGrid powers = ApproximateSteps.grid("binary5p1ue", 16, false);
    allPairs(products.minifloats(model, powers, "binary6p2sf", false, Round.NEAREST, 7));
    FloatGrid extended = ApproximateSteps.grid("e3m4", 4, true);
    allPairs(products.minifloats(model, extended, "e3m4", true, Round.EXTENDING, 5));
  }

  /** Products of values that are no minifloats, and sums of up to 127 bits. */
  @ParameterizedTest
  @CsvSource({
    "posit8, posit8",
    "posit8es0, nf4",
    "hif8, hif8",
    "lns8, lns8",
    "nf4, lns8",
    "posit8es1, e4m3",
    "e5m2, hif8",
    "int8, nf4",
    "binary8p4ue, binary8p4se"
  })
  void tables(String a, String w) {
    for (String accumulator : new String[] {"exact", "fp32", "fp16:8"}) {
      for (float scale : new float[] {1, 0.0123f}) {
        ProductArithmetic each = products.ofFormats(a, w, scale, Accumulator.parse(accumulator));
        allPairs(each);
        Tensor first = products.first(each, 20, 70);
        Tensor second = products.second(each, 1, 70, 20);
        check(r -> r.withConstants(1).withArithmetic(each), PLAIN, Shape.of(20, 20), first, second);
        convolve(each, 20);
      }
    }
  }

  private static int[] biases(int count) {
    return IntStream.range(0, count).map(i -> 3 + i % 4).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 3",
    "1, 1, 1",
    "2, 100, 10",
    "5, 3, 15",
    "6, 64, 16",
    "7, 5, 17",
    "600, 33, 3",
    "17, 320, 33",
    "513, 6, 4",
    "4100, 2, 5"
  })
  void sizes(int m, int k, int n) {
    for (Round round : Round.values()) {
      for (String model : new String[] {"study", "adder:compensation=3"}) {
        ProductArithmetic each = products.minifloats(model, E3M4, "e3m4", false, round, biases(n));
        Tensor a = products.first(each, m, k);
        Shape shape = Shape.of(m, n);
        Tensor b = products.second(each, 1, k, n);
        Tensor c = random.normal(n);
        check(r -> r.withConstants(1, 2).withArithmetic(each), PLAIN, shape, a, b, c);
        Op.Gemm scaled = new Op.Gemm(0.7f, -0.3f, false, true);
        Tensor bt = products.second(each, k, n, k);
        check(r -> r.withConstants(1, 2).withArithmetic(each), scaled, shape, a, bt, c);
      }
    }
  }

  /**
   * Results of many exponents, with few and many terms: sums of every width, blocks that are
   * widened, and terms that fill more quads than the sum has bits left for.
   */
  @ParameterizedTest
  @CsvSource({"e4m3, false", "e4m3, true", "e5m2, false", "e3m4, true"})
  void manyExponents(String result, boolean extended) {
    FloatGrid grid = ApproximateSteps.grid("e4m3", 9, extended);
    FloatGrid to = new FloatGrid((FloatFormat) Formats.parse(result), 11);
    ProductOperand first = new ProductOperand(grid, 1, 0);
    for (Round round : Round.values()) {
      ProductArithmetic each =
          products.arithmetic("mitchell", first, "e4m3", extended, round, to, biases(20));
      for (int terms : new int[] {27, 150}) {
        Tensor a = products.first(each, 70, terms);
        Tensor b = products.second(each, 1, terms, 20);
        check(r -> r.withConstants(1).withArithmetic(each), PLAIN, Shape.of(70, 20), a, b);
      }
      convolve(each, 20);
    }
  }

  /** 3 channels of 9 x 9 by 3 x 3 weights, padded. */
  private void convolve(ProductArithmetic arithmetic, int filters) {
    check(
        r -> r.withConstants(1).withArithmetic(arithmetic),
        new Op.Conv(window(3, 1, 1, 1), 1),
        Shape.of(1, filters, 9, 9),
        products.first(arithmetic, 1, 3, 9, 9),
        products.second(arithmetic, 27, filters, 3, 3, 3),
        null);
  }

  @Test
  void wideProducts() {
    FloatGrid e5m2 = ApproximateSteps.grid("e5m2", 16, false);
    for (String weights : new String[] {"e4m3", "e5m2"}) {
      ProductArithmetic each =
          products.minifloats("study", e5m2, weights, false, Round.NONE, biases(20));
      Tensor a = products.first(each, 30, 70);
      Tensor b = products.second(each, 1, 70, 20);
      check(r -> r.withConstants(1).withArithmetic(each), PLAIN, Shape.of(30, 20), a, b);
    }
    FloatGrid e4m7 = ApproximateSteps.grid("e4m7", 8, false);
    ProductArithmetic factored =
        products.minifloats("mitchell", e4m7, "e3m6", false, Round.NEAREST, 3, 4);
    Tensor a = products.first(factored, 5, 7);
    Tensor b = products.second(factored, 1, 7, 2);
    check(r -> r.withConstants(1).withArithmetic(factored), PLAIN, Shape.of(5, 2), a, b);
  }

  @Test
  void tenBitCodes() {
    FloatGrid e4m5 = ApproximateSteps.grid("e4m5", 8, false);
    ProductArithmetic each =
        products.minifloats("mitchell", e4m5, "e3m2", false, Round.NEAREST, biases(20));
    Tensor a = products.first(each, 100, 9);
    Tensor b = products.second(each, 1, 9, 20);
    check(r -> r.withConstants(1).withArithmetic(each), PLAIN, Shape.of(100, 20), a, b);
    convolve(each, 20);
  }

  @Test
  void computedOperands() {
    for (Round round : Round.values()) {
      ProductArithmetic one = products.minifloats("study", E3M4, "e3m4", false, round, 5);
      Tensor a = products.first(one, 2, 3, 17, 9);
      Shape shape = Shape.of(2, 3, 17, 21);
      Op.MatMul op = new Op.MatMul(false);
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 2, 3, 9, 21));
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 3, 9, 21));
      Op.MatMul transposed = new Op.MatMul(true);
      check(r -> r.withArithmetic(one), transposed, shape, a, products.second(one, 1, 2, 1, 21, 9));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, 1, 1, 1",
    "1, 1, 1, 1, 0",
    "1, 3, 2, 1, 1",
    "1, 3, 1, 2, 2",
    "2, 3, 1, 1, 0",
    "8, 3, 1, 1, 1",
    "8, 5, 2, 1, 2"
  })
  void convolutions(int groups, int kernel, int stride, int dilation, int pad) {
    int channels = 8;
    int filters = groups == 1 ? 19 : 16;
    Window window = window(kernel, stride, dilation, pad);
    int reach = (kernel - 1) * dilation + 1;
    int height = (13 + 2 * pad - reach) / stride + 1;
    int width = (18 + 2 * pad - reach) / stride + 1;
    Shape shape = Shape.of(2, filters, height, width);
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Epilogue affine =
        new Epilogue.Affine(
            1,
            new Operand.Constant(random.normal(filters)),
            new Operand.Constant(random.normal(filters)),
            false);
    for (Round round : Round.values()) {
      for (String model : new String[] {"study", "adder:zero=raw,underflow=wrap"}) {
        ProductArithmetic each =
            products.minifloats(model, E3M4, "e3m4", false, round, biases(filters));
        Tensor x = products.first(each, 2, channels, 13, 18);
        int terms = channels / groups * kernel * kernel;
        Tensor w = products.second(each, terms, filters, channels / groups, kernel, kernel);
        check(
            r -> r.withConstants(1, 2).withArithmetic(each).withEpilogue(affine, relu),
            new Op.Conv(window, groups),
            shape,
            x,
            w,
            random.normal(filters));
      }
    }
  }

  @Test
  void transposedConvolution() {
    ProductArithmetic each =
        products.minifloats("mitchell", E3M4, "e3m4", false, Round.NEAREST, biases(6));
    Tensor x = products.first(each, 1, 4, 5, 5);
    Tensor w = products.second(each, 9, 4, 6, 3, 3);
    check(
        r -> r.withConstants(1).withArithmetic(each),
        new Op.ConvTranspose(window(3, 2, 1, 1), 1, List.of(0, 0), List.of()),
        Shape.of(1, 6, 9, 9),
        x,
        w,
        null);
  }

  @Test
  void notANumber() {
    ProductArithmetic one = products.minifloats("study", E3M4, "e3m4", false, Round.NONE, 5);
    float[] values = products.first(one, 6, 9).toFloats();
    values[12] = Float.NaN;
    Tensor a = Tensor.ofFloats(Shape.of(6, 9), values);
    Tensor b = products.second(one, 1, 9, 20);
    check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(6, 20), a, b);
    check(r -> r.withArithmetic(one), new Op.MatMul(false), Shape.of(6, 20), a, b);
  }

  @Test
  void scales() {
    FloatGrid result = ApproximateSteps.grid("e3m4", 4, false);
    ProductArithmetic each =
        products.arithmetic(
            "adder", new ProductOperand(E3M4, 0.137f, 0), "e3m4", false, Round.NEAREST, result, 4);
    Tensor a = products.first(each, 30, 20);
    Tensor b = products.second(each, 1, 20, 18);
    check(r -> r.withConstants(1).withArithmetic(each), PLAIN, Shape.of(30, 18), a, b);
  }

  @Test
  void zeroPoints() {
    IntegerFormat int8 = new IntegerFormat(8);
    ProductOperand first = new ProductOperand(new IntegerGrid(int8, false), 0.02f, 37);
    ProductOperand second = new ProductOperand(new IntegerGrid(int8, true), 0.01f, 0);
    ProductArithmetic one =
        products.of(
            "exact",
            first,
            List.of(new ProductArithmetic.Channel(second, null, new ProductRounding.None())),
            null);
    convolve(one, 5);
  }

  @Test
  void quantizedSums() {
    FloatFormat format = (FloatFormat) Formats.parse("e3m4");
    var quantizer =
        Quantizers.minifloat(
            format, 11.3f, BiasPolicy.STUDY, ScaleMode.REAL, ConversionMode.DEFAULT);
    ProductArithmetic one =
        products.of(
            "exact",
            new ProductOperand(E3M4, 1, 0),
            List.of(
                new ProductArithmetic.Channel(
                    new ProductOperand(E3M4, 1, 0),
                    E3M4,
                    new ProductRounding.Quantized(quantizer))),
            quantizer);
    Tensor a = products.first(one, 40, 9);
    Tensor b = products.second(one, 1, 9, 20);
    check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(40, 20), a, b);
  }
}
