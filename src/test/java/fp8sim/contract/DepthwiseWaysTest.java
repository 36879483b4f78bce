package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

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
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.Epilogue;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Depthwise products of codes by each of their ways, forced. */
class DepthwiseWaysTest extends ProductContract {
  private static final FloatGrid E3M4 = ApproximateSteps.grid("e3m4", 4, false);
  private static final List<ProductMethod> WAYS =
      List.of(ProductMethod.SINGLE, ProductMethod.REGISTERS, ProductMethod.SIGNIFICANDS);
  private static final String ADDER = "adder:compensation=3";

  private final RandomTensors random = new RandomTensors(3);
  private final Set<String> used = new ConcurrentSkipListSet<>();
  private ProductMethod method = ProductMethod.SINGLE;

  @Override
  KernelSet kernels() {
    KernelSet forced = SimdKernels.set(Optional.of(method));
    return forced.with(new Watched(forced));
  }

  /** Notes which ways convolutions are computed in. */
  private final class Watched implements FamilyKernel {
    private final KernelSet kernels;

    Watched(KernelSet kernels) {
      this.kernels = kernels;
    }

    @Override
    public KernelFamily family() {
      return KernelFamily.CONVOLUTION;
    }

    @Override
    public Executable bind(Step step, Binding binding) {
      Kernel kernel = kernels.forStep(step);
      used.add(kernel.describe(step).replaceFirst(":.*", ""));
      return kernel.bind(step, binding);
    }
  }

  /** A depthwise convolution with a bias. */
  private void convolve(ProductArithmetic arithmetic, Window window, Tensor x, int multiplier) {
    convolve(arithmetic, window, x, multiplier, new Epilogue[0]);
  }

  private void convolve(
      ProductArithmetic arithmetic, Window window, Tensor x, int multiplier, Epilogue... epilogue) {
    int channels = x.shape().dim(1);
    int filters = channels * multiplier;
    int axes = window.kernel().size();
    int[] y = new int[axes + 2];
    int[] w = new int[axes + 2];
    y[0] = x.shape().dim(0);
    y[1] = filters;
    w[0] = filters;
    w[1] = 1;
    for (int i = 0; i < axes; i++) {
      w[i + 2] = window.kernel().get(i);
      int reach = (w[i + 2] - 1) * window.dilations().get(i) + 1;
      int padded = x.shape().dim(i + 2) + window.pads().get(i) + window.pads().get(axes + i);
      y[i + 2] = (padded - reach) / window.strides().get(i) + 1;
    }
    int taps = window.kernel().stream().reduce(1, (a, b) -> a * b);
    check(
        r -> r.withConstants(1, 2).withArithmetic(arithmetic).withEpilogue(epilogue),
        new Op.Conv(window, channels),
        Shape.of(y),
        x,
        products.second(arithmetic, taps, w),
        random.normal(filters));
  }

  private ProductArithmetic adder(int channels) {
    int[] biases = IntStream.range(0, channels).map(i -> 3 + i % 4).toArray();
    return products.minifloats(ADDER, E3M4, "e3m4", false, Round.NEAREST, biases);
  }

  /** Values without a sign, as after an activation function. */
  private Tensor positive(ProductArithmetic arithmetic, int... dims) {
    float[] values = products.first(arithmetic, dims).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  private void uses(ProductMethod expected) {
    assertThat(used).containsExactly(expected.text());
  }

  static Stream<Arguments> shapes() {
    int[][] shapes = {
      // kernel, stride, dilation, pad, multiplier, height, width
      {3, 1, 1, 1, 1, 14, 14},
      {3, 1, 1, 1, 1, 7, 7},
      {3, 2, 1, 1, 1, 29, 31},
      {3, 2, 1, 1, 1, 8, 64},
      {3, 1, 1, 0, 2, 9, 70},
      {3, 1, 2, 2, 1, 11, 13},
      {3, 2, 3, 3, 1, 17, 15},
      {3, 3, 1, 0, 1, 20, 19},
      {5, 1, 1, 2, 1, 12, 20},
      {5, 2, 1, 2, 3, 13, 18},
      {2, 1, 1, 1, 1, 5, 5},
      {1, 1, 1, 0, 1, 6, 9},
      {4, 4, 1, 0, 1, 16, 20},
      {7, 1, 1, 3, 1, 8, 8}
    };
    return Stream.of(ProductMethod.SINGLE, ProductMethod.REGISTERS)
        .flatMap(method -> Stream.of(shapes).map(shape -> Arguments.of(method, shape)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shapes(ProductMethod forced, int[] shape) {
    method = forced;
    int channels = 5;
    ProductArithmetic each = adder(channels * shape[4]);
    Window window = window(shape[0], shape[1], shape[2], shape[3]);
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Tensor x = products.first(each, 2, channels, shape[5], shape[6]);
    convolve(each, window, x, shape[4], relu);
    convolve(each, window, positive(each, 2, channels, shape[5], shape[6]), shape[4]);
    uses(forced);
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "REGISTERS"})
  void rectangularWindows(ProductMethod forced) {
    method = forced;
    ProductArithmetic each = adder(6);
    Window window =
        new Window(
            List.of(3, 5),
            List.of(2, 1),
            List.of(1, 2),
            List.of(0, 3, 2, 5),
            Window.AutoPad.NOTSET);
    convolve(each, window, products.first(each, 3, 6, 12, 17), 1);
    uses(forced);
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "REGISTERS"})
  void oneAxis(ProductMethod forced) {
    method = forced;
    ProductArithmetic each = adder(4);
    for (int stride : new int[] {1, 2}) {
      Window window =
          new Window(List.of(9), List.of(stride), List.of(1), List.of(4, 4), Window.AutoPad.NOTSET);
      convolve(each, window, products.first(each, 2, 4, 201), 1);
    }
    uses(forced);
  }

  static Stream<Arguments> models() {
    return ApproximateSteps.MODELS.stream()
        .flatMap(model -> Stream.of(Round.values()).map(rounding -> Arguments.of(model, rounding)));
  }

  /** All models, products of all widths, by whatever way fits. */
  @ParameterizedTest
  @MethodSource("models")
  void models(String model, Round rounding) {
    int[] biases = {3, 5, 4};
    for (String weights : new String[] {"e3m4", "e4m3", "e5m2"}) {
      for (ProductMethod forced : WAYS) {
        method = forced;
        boolean extended = rounding == Round.EXTENDING;
        FloatGrid grid = ApproximateSteps.grid("e3m4", 4, extended);
        ProductArithmetic each =
            products.minifloats(model, grid, weights, extended, rounding, biases);
        convolve(each, window(3, 1, 1, 1), products.first(each, 1, 3, 6, 19), 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"REGISTERS, 1", "REGISTERS, 0.137", "SINGLE, 1", "SINGLE, 0.137"})
  void scales(ProductMethod forced, float scale) {
    method = forced;
    ProductArithmetic each =
        products.arithmetic(
            ADDER, new ProductOperand(E3M4, scale, 0), "e3m4", false, Round.NEAREST, E3M4, 4);
    convolve(each, window(3, 1, 1, 1), products.first(each, 2, 3, 8, 9), 1);
    uses(forced);
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "REGISTERS"})
  void notFinite(ProductMethod forced) {
    method = forced;
    ProductArithmetic each = adder(3);
    for (float special :
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int stride : new int[] {1, 2}) {
        float[] values = products.first(each, 2, 3, 9, 20).toFloats();
        values[0] = special;
        values[205] = special;
        values[values.length - 1] = special;
        Tensor x = Tensor.ofFloats(Shape.of(2, 3, 9, 20), values);
        convolve(each, window(3, stride, 1, 1), x, 1);
      }
    }
    uses(forced);
  }

  /** A product of zero that is not zero: padding differs from code 0. */
  @ParameterizedTest
  @CsvSource({"SINGLE, 1, single", "REGISTERS, 0, registers"})
  void rawZeros(ProductMethod forced, int pad, String expected) {
    method = forced;
    ProductArithmetic each =
        products.minifloats("adder:zero=raw", E3M4, "e3m4", false, Round.NEAREST, 3);
    convolve(each, window(3, 1, 1, pad), products.first(each, 1, 3, 7, 8), 1);
    assertThat(used).containsExactly(expected);
  }

  @Test
  void integers() {
    IntegerFormat int8 = new IntegerFormat(8);
    ProductOperand first = new ProductOperand(new IntegerGrid(int8, false), 0.02f, 37);
    ProductOperand second = new ProductOperand(new IntegerGrid(int8, true), 0.01f, 0);
    ProductArithmetic one =
        products.of(
            "exact",
            first,
            List.of(new ProductArithmetic.Channel(second, null, new ProductRounding.None())),
            null);
    for (ProductMethod forced :
        new ProductMethod[] {ProductMethod.SINGLE, ProductMethod.REGISTERS}) {
      method = forced;
      convolve(one, window(3, 1, 1, 0), products.first(one, 1, 3, 7, 18), 1);
    }
    assertThat(used).containsExactly("registers", "single");
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "REGISTERS"})
  void quantizedSums(ProductMethod forced) {
    method = forced;
    FloatFormat format = (FloatFormat) Formats.parse("e3m4");
    var quantizer =
        Quantizers.minifloat(
            format, 11.3f, BiasPolicy.STUDY, ScaleMode.REAL, ConversionMode.DEFAULT);
    ProductOperand operand = new ProductOperand(E3M4, 1, 0);
    ProductArithmetic one =
        products.of(
            "exact",
            operand,
            List.of(
                new ProductArithmetic.Channel(
                    operand, E3M4, new ProductRounding.Quantized(quantizer))),
            quantizer);
    convolve(one, window(3, 1, 1, 1), products.first(one, 1, 3, 7, 18), 1);
    uses(forced);
  }

  /** Tables of one register and of two, by significands that are not rounded. */
  @ParameterizedTest
  @CsvSource({"mitchell, 1", "exact, 0.3"})
  void significands(String model, float scale) {
    method = ProductMethod.SIGNIFICANDS;
    int lanes = Memory.LANES;
    for (int classes = lanes / 2; classes <= 2 * Math.min(lanes, 8); classes *= 2) {
      int mantissa = Integer.numberOfTrailingZeros(classes);
      FloatGrid grid = ApproximateSteps.grid("e3m" + mantissa, 4, false);
      ProductArithmetic each =
          products.arithmetic(
              model, new ProductOperand(grid, scale, 0), "e3m4", false, Round.NONE, E3M4, 3, 5, 4);
      for (int stride : new int[] {1, 2}) {
        float[] values = products.first(each, 2, 3, 9, 20).toFloats();
        values[3] = Float.NaN;
        Tensor x = Tensor.ofFloats(Shape.of(2, 3, 9, 20), values);
        convolve(each, window(3, stride, 1, 1), x, 1);
        convolve(each, window(5, stride, 1, 2), positive(each, 1, 3, 14, 14), 1);
      }
    }
    uses(ProductMethod.SIGNIFICANDS);
  }

  /** Sums in order, rounded to float32, are no sums of this room. */
  @Test
  void roundingAccumulator() {
    ProductArithmetic each = ApproximateSteps.with(Accumulator.parse("fp32"), adder(3));
    for (ProductMethod forced : WAYS) {
      method = forced;
      convolve(each, window(3, 1, 1, 1), products.first(each, 1, 3, 7, 18), 1);
    }
    assertThat(used).doesNotContain("single", "registers", "significands");
  }
}
