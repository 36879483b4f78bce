package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.format.IntegerFormat;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.npy.Npy;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of codes from tables in registers, wherever these can do a step. */
class SimdRegisterTest extends ApproximateContract {
  private static final int CODES = 256;

  private final RandomTensors random = new RandomTensors(5);

  @Override
  KernelSet kernels() {
    return SimdKernels.set(Optional.of(ProductMethod.REGISTERS));
  }

  /** Checks a step that registers must be able to do. */
  private void multiply(ProductArithmetic arithmetic, Op op, Shape output, Tensor a, Tensor b) {
    assertThat(kernel(arithmetic, op, output, a, b)).startsWith("registers:");
    check(r -> r.withConstants(1).withArithmetic(arithmetic), op, output, a, b);
  }

  /** What multiplies in a step with a constant second operand. */
  private String kernel(ProductArithmetic arithmetic, Op op, Shape output, Tensor a, Tensor b) {
    Operand first = new Operand.Slot(0, new TensorType(DataType.FLOAT, a.shape()));
    Operand.Slot y = new Operand.Slot(1 << 30, new TensorType(DataType.FLOAT, output));
    List<Operand> inputs = List.of(first, new Operand.Constant(b));
    Step step = new Step("step", op, inputs, List.of(y), List.of(), arithmetic);
    return kernels().forStep(step).describe(step);
  }

  private void multiply(ProductArithmetic arithmetic, int m, int k, int n) {
    Tensor a = products.first(arithmetic, m, k);
    Tensor b = products.second(arithmetic, 1, k, n);
    multiply(arithmetic, PLAIN, Shape.of(m, n), a, b);
  }

  private void convolve(ProductArithmetic arithmetic, int groups, int size, int stride) {
    Tensor x = products.first(arithmetic, 2, 3 * groups, size, size);
    convolve(arithmetic, x, groups, stride, 1);
  }

  /** 3 x 3 weights for 3 channels of each group. */
  private void convolve(ProductArithmetic arithmetic, Tensor x, int groups, int stride, int pad) {
    int filters = 7 * groups;
    int out = (x.shape().dim(2) + 2 * pad - 3) / stride + 1;
    Tensor w = products.second(arithmetic, 27, filters, 3, 3, 3);
    Op conv = new Op.Conv(window(3, stride, 1, pad), groups);
    multiply(arithmetic, conv, Shape.of(x.shape().dim(0), filters, out, out), x, w);
  }

  /** All pairs of codes, and sums with more terms than 16 bits hold. */
  private void multiplyAll(ProductArithmetic arithmetic) {
    allPairs(arithmetic);
    multiply(arithmetic, 5, 1, 3);
    multiply(arithmetic, 9, 1301, 70);
    multiply(arithmetic, 67, 30, 64);
  }

  private ProductArithmetic formats(String first, String second, String result, Round round) {
    FloatGrid a = ApproximateSteps.grid(first, 4, false);
    FloatGrid to = ApproximateSteps.grid(result, 7, false);
    return products.arithmetic("adder", new ProductOperand(a, 1, 0), second, false, round, to, 5);
  }

  /** Products of 9 to 30 bits: one to four digits, of one or of both kinds. */
  @ParameterizedTest
  @CsvSource({
    "e3m4, e3m4, e3m4, NEAREST",
    "e3m4, e3m4, e4m4, NEAREST",
    "e3m4, e3m4, e4m4, NONE",
    "e4m3, e4m3, e4m3, NEAREST",
    "e4m3, e3m4, e4m3, NONE",
    "e5m2, e3m2, e4m2, NEAREST",
    "e2m3, e4m3, e3m4, NEAREST",
    "e2m1, e2m1, e2m1, NONE",
    "e3m2, e3m4, e3m4, NONE"
  })
  void formatsOfManyWidths(String first, String second, String result, Round round) {
    ProductArithmetic one = formats(first, second, result, round);
    multiplyAll(one);
    convolve(one, 1, 11, 1);
    convolve(one, 2, 10, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void firstOperandNotNegative(int stride) {
    ProductArithmetic one = formats("e3m4", "e3m4", "e4m4", Round.NEAREST);
    float[] values = products.first(one, 1, 6, 12, 13).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    Tensor x = Tensor.ofFloats(Shape.of(2, 3, 12, 13), values);
    Tensor w = products.second(one, 27, 5, 3, 3, 3);
    int height = 11 / stride + 1;
    int width = 12 / stride + 1;
    Op conv = new Op.Conv(window(3, stride, 1, 1), 1);
    multiply(one, conv, Shape.of(2, 5, height, width), x, w);
  }

  private ProductArithmetic integers(boolean signed, int zeroPoint) {
    IntegerFormat int8 = new IntegerFormat(8);
    Grid first = new IntegerGrid(int8, signed);
    ProductOperand second = new ProductOperand(new IntegerGrid(int8, true), 0.01f, 0);
    return products.of(
        "exact",
        new ProductOperand(first, 0.02f, zeroPoint),
        List.of(new ProductArithmetic.Channel(second, null, new ProductRounding.None())),
        null);
  }

  @Test
  void integers() {
    for (ProductArithmetic each : List.of(integers(true, 0), integers(false, 0))) {
      multiplyAll(each);
      convolve(each, 1, 9, 1);
    }
    multiplyAll(integers(false, 37));
    convolve(integers(false, 37), 1, 9, 1);
  }

  /** Nothing is equal or opposite in a random table: lanes have 256 classes without signs. */
  @ParameterizedTest
  @ValueSource(ints = {8, 12, 16, 20})
  void randomTables(int bits, @TempDir Path folder) {
    SplittableRandom numbers = new SplittableRandom(bits);
    float[] values = new float[CODES * CODES];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.nextInt(-(1 << (bits - 1)), 1 << (bits - 1)) / 64f;
    }
    Path file = folder.resolve("table.npy");
    Npy.write(file, Tensor.ofFloats(Shape.of(CODES, CODES), values));
    FloatGrid grid = ApproximateSteps.grid("e3m4", 4, false);
    ProductArithmetic one =
        products.arithmetic(
            "table:dialect=npy,entry=value,file=" + file,
            new ProductOperand(grid, 1, 0),
            "e3m4",
            false,
            Round.NONE,
            grid,
            4);
    multiplyAll(one);
    Tensor x = products.first(one, 2, 3, 9, 9);
    convolve(one, x, 1, 1, 0);
    // There is no class left for padding.
    Op padded = new Op.Conv(window(3, 1, 1, 1), 1);
    Tensor w = products.second(one, 27, 4, 3, 3, 3);
    assertThat(kernel(one, padded, Shape.of(2, 4, 9, 9), x, w)).contains("not registers:");
  }

  /** Filters whose tables differ, and others whose tables are equal up to a power of two. */
  @Test
  void tablesOfChannels() {
    FloatGrid e3m4 = ApproximateSteps.grid("e3m4", 4, false);
    int[] biases = {3, 4, 5, 6, 3, 4, 7};
    ProductArithmetic rounded =
        products.minifloats("adder", e3m4, "e3m4", false, Round.NEAREST, biases);
    convolve(rounded, 1, 9, 1);
    ProductArithmetic whole = products.minifloats("study", e3m4, "e3m4", false, Round.NONE, biases);
    convolve(whole, 1, 9, 1);
    multiply(whole, 9, 33, 7);
    Tensor a = products.first(rounded, 9, 33);
    Tensor b = products.second(rounded, 1, 33, 7);
    assertThat(kernel(rounded, PLAIN, Shape.of(9, 7), a, b)).contains("different tables");
  }

  @Test
  void computedRightOperand() {
    ProductArithmetic one = formats("e3m4", "e4m3", "e4m4", Round.NEAREST);
    Tensor a = products.first(one, 2, 2, 67, 70);
    Tensor b = products.second(one, 1, 2, 2, 70, 65);
    Shape shape = Shape.of(2, 2, 67, 65);
    check(r -> r.withArithmetic(one), new Op.MatMul(false), shape, a, b);
    Tensor transposed = products.second(one, 1, 2, 2, 65, 70);
    check(r -> r.withArithmetic(one), new Op.MatMul(true), shape, a, transposed);
  }

  @Test
  void notANumberInAConvolution() {
    ProductArithmetic one = formats("e3m4", "e3m4", "e4m4", Round.NEAREST);
    float[] values = products.first(one, 2, 3, 9, 9).toFloats();
    values[100] = Float.POSITIVE_INFINITY;
    convolve(one, Tensor.ofFloats(Shape.of(2, 3, 9, 9), values), 1, 1, 1);
    Arrays.fill(values, 0, 9, Float.NaN);
    convolve(one, Tensor.ofFloats(Shape.of(2, 3, 9, 9), values), 1, 2, 0);
    float[] weights = products.second(one, 1, 6, 20).toFloats();
    weights[7] = Float.NaN;
    Tensor b = Tensor.ofFloats(Shape.of(6, 20), weights);
    multiply(one, PLAIN, Shape.of(5, 20), products.first(one, 5, 6), b);
  }

  @Test
  void scalesAndBiases() {
    FloatGrid e3m4 = ApproximateSteps.grid("e3m4", 4, false);
    for (float scale : new float[] {0.137f, 0x1p-60f, 0x1p-70f, 0x1p50f}) {
      ProductArithmetic one =
          products.arithmetic(
              "adder", new ProductOperand(e3m4, scale, 0), "e3m4", false, Round.NEAREST, e3m4, 4);
      Tensor a = products.first(one, 30, 20);
      Tensor b = products.second(one, 1, 20, 18);
      Op.Gemm gemm = new Op.Gemm(0.7f, 0.3f, false, false);
      assertThat(kernel(one, PLAIN, Shape.of(30, 18), a, b)).startsWith("registers:");
      Tensor c = random.normal(18);
      check(r -> r.withConstants(1, 2).withArithmetic(one), gemm, Shape.of(30, 18), a, b, c);
    }
  }
}
