package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.graph.Window;
import fp8sim.kernel.StepRunner;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conv, depthwise Conv included. */
abstract class ConvolutionContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(1);

  /** Sizes around tiles of 6 rows and of 8, 16 and 32 columns. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1", "1, 3, 5, 1, 4, 4", "1, 4, 6, 1, 3, 5", "2, 7, 8, 1, 4, 4",
    "1, 16, 7, 1, 1, 17", "3, 5, 13, 1, 7, 7", "1, 2, 1, 3, 4, 4", "2, 3, 9, 3, 7, 7",
    "1, 8, 12, 3, 5, 33", "1, 40, 19, 3, 6, 6", "2, 4, 6, 5, 8, 8", "1, 3, 64, 7, 20, 21",
    "1, 100, 7, 3, 4, 5", "1, 330, 10, 1, 9, 5", "9, 6, 6, 1, 1, 1", "1, 16, 200, 1, 4, 4",
    "1, 4, 4, 3, 40, 41",
  })
  void sizes(int batch, int channels, int filters, int kernel, int height, int width) {
    check(batch, channels, filters, 1, kernel, height, width, 1, 1, kernel / 2);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 0", "3, 2, 1, 1", "3, 3, 1, 1", "3, 1, 2, 2", "3, 2, 2, 2", "5, 2, 1, 2",
    "1, 2, 1, 0", "4, 2, 1, 1", "7, 2, 1, 3", "3, 1, 1, 3", "2, 2, 1, 0", "5, 1, 3, 6",
  })
  void windows(int kernel, int stride, int dilation, int pad) {
    check(2, 3, 8, 1, kernel, 19, 23, stride, dilation, pad);
    check(1, 6, 6, 6, kernel, 19, 23, stride, dilation, pad);
    check(1, 2, 3, 1, kernel, 14, 37, stride, dilation, pad);
  }

  @ParameterizedTest
  @CsvSource({"4, 8, 2", "6, 6, 3", "12, 6, 6", "8, 16, 8", "5, 5, 5", "3, 12, 3"})
  void groups(int channels, int filters, int groups) {
    check(2, channels, filters, groups, 3, 9, 10, 1, 1, 1);
    check(1, channels, filters, groups, 1, 5, 5, 1, 1, 0);
  }

  /** Enough terms for tiles of positions; their number leaves all remainders. */
  @ParameterizedTest
  @CsvSource({
    "1, 16, 16, 3, 4, 4, 1, 1", "3, 15, 30, 3, 7, 7, 1, 1", "5, 15, 16, 3, 1, 5, 1, 1",
    "1, 40, 63, 3, 9, 10, 1, 1", "2, 20, 32, 3, 13, 13, 2, 1", "1, 6, 16, 5, 11, 8, 1, 2",
    "1, 3, 64, 7, 30, 31, 2, 3", "2, 15, 16, 3, 6, 40, 1, 0", "1, 15, 48, 3, 6, 11, 1, 1",
    "7, 130, 64, 1, 2, 5, 1, 0", "1, 330, 48, 1, 5, 5, 1, 0", "1, 140, 50, 1, 9, 9, 2, 0",
    "1, 200, 96, 1, 7, 7, 1, 0", "2, 64, 32, 3, 30, 29, 1, 1",
  })
  void manyTerms(
      int batch,
      int channels,
      int filters,
      int kernel,
      int height,
      int width,
      int stride,
      int pad) {
    check(batch, channels, filters, 1, kernel, height, width, stride, 1, pad);
    check(batch, channels, filters, 1, kernel, height, width, stride, 2, 2 * pad);
  }

  /** Depthwise planes around the width of a vector. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 14, 15, 16, 17, 28, 31, 33, 56})
  void depthwise(int width) {
    for (int kernel : new int[] {3, 5}) {
      for (int stride : new int[] {1, 2}) {
        check(2, 5, 5, 5, kernel, width, width, stride, 1, kernel / 2);
      }
    }
  }

  /** Rows of which a stride reads a part, padding wider than the kernel: copies have many forms. */
  @ParameterizedTest
  @CsvSource({
    "3, 50, 1, 1, 70, 100", "3, 7, 1, 0, 9, 70", "3, 3, 1, 1, 4, 130", "3, 1, 1, 40, 3, 3",
    "2, 1, 1, 30, 5, 2", "3, 90, 1, 50, 2, 2", "5, 60, 9, 40, 4, 7", "4, 33, 20, 61, 9, 3",
  })
  void wideSteps(int kernel, int stride, int dilation, int pad, int height, int width) {
    check(2, 4, 4, 4, kernel, height, width, stride, dilation, pad);
    check(2, 16, 16, 1, kernel, height, width, stride, dilation, pad);
    check(1, 3, 5, 1, kernel, height, width, stride, dilation, pad);
  }

  @Test
  void asymmetricPadding() {
    Window window =
        new Window(
            List.of(3, 2),
            List.of(1, 2),
            List.of(1, 1),
            List.of(0, 1, 2, 3),
            Window.AutoPad.NOTSET);
    Tensor x = random.normal(2, 4, 9, 12);
    UnaryOperator<StepRunner> constants = runner -> runner.withConstants(1);
    check(
        constants,
        new Op.Conv(window, 1),
        Shape.of(2, 7, 9, 8),
        x,
        random.normal(7, 4, 3, 2),
        null);
    check(
        constants,
        new Op.Conv(window, 4),
        Shape.of(2, 4, 9, 8),
        x,
        random.normal(4, 1, 3, 2),
        null);
  }

  /** Windows that lie in the padding of one side alone. */
  @ParameterizedTest
  @CsvSource({
    "37, 0, 0, 0, 1",
    "0, 301, 0, 0, 1",
    "0, 0, 37, 0, 1",
    "0, 0, 0, 301, 1",
    "30, 50, 1, 0, 1",
    "350, 350, 0, 0, 100",
    "0, 0, 350, 350, 100",
    "0, 350, 0, 0, 100",
    "350, 0, 0, 1, 100",
  })
  void oneSidedPadding(int top, int left, int bottom, int right, int stride) {
    Window window =
        new Window(
            List.of(3, 3),
            List.of(stride, stride),
            List.of(1, 1),
            List.of(top, left, bottom, right),
            Window.AutoPad.NOTSET);
    Tensor x = random.normal(2, 16, 4, 5);
    Shape depthwise =
        Shape.of(2, 16, (1 + top + bottom) / stride + 1, (2 + left + right) / stride + 1);
    UnaryOperator<StepRunner> constants = runner -> runner.withConstants(1);
    check(constants, new Op.Conv(window, 16), depthwise, x, random.normal(16, 1, 3, 3), null);
    Shape dense = depthwise.with(1, 32);
    check(constants, new Op.Conv(window, 1), dense, x, random.normal(32, 16, 3, 3), null);
  }

  @Test
  void oneDimension() {
    Window window =
        new Window(List.of(5), List.of(2), List.of(1), List.of(2, 2), Window.AutoPad.NOTSET);
    Tensor x = random.normal(3, 4, 31);
    UnaryOperator<StepRunner> constants = runner -> runner.withConstants(1, 2);
    Tensor dense = random.normal(9, 4, 5);
    Tensor depthwise = random.normal(4, 1, 5);
    check(constants, new Op.Conv(window, 1), Shape.of(3, 9, 16), x, dense, random.normal(9));
    check(constants, new Op.Conv(window, 4), Shape.of(3, 4, 16), x, depthwise, random.normal(4));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0", "3, 1, 1", "3, 2, 1", "4, 2, 1", "2, 2, 0", "3, 3, 0", "5, 2, 2", "2, 3, 0"
  })
  void transposed(int kernel, int stride, int pad) {
    int height = (6 - 1) * stride + kernel - 2 * pad;
    int width = (7 - 1) * stride + kernel - 2 * pad;
    check(
        runner -> runner.withConstants(1, 2).withEpilogue(activation(UnaryFunction.RELU)),
        new Op.ConvTranspose(window(kernel, stride, 1, pad), 1, List.of(0, 0), List.of()),
        Shape.of(2, 9, height, width),
        random.normal(2, 5, 6, 7),
        random.normal(5, 9, kernel, kernel),
        random.normal(9));
  }

  @Test
  void transposedGroups() {
    check(
        runner -> runner.withConstants(1),
        new Op.ConvTranspose(window(3, 2, 1, 1), 2, List.of(0, 0), List.of()),
        Shape.of(1, 6, 11, 13),
        random.normal(1, 4, 6, 7),
        random.normal(4, 3, 3, 3));
  }

  @Test
  void threeDimensions() {
    Window window =
        new Window(
            List.of(2, 3, 2),
            List.of(1, 1, 1),
            List.of(1, 1, 1),
            List.of(0, 1, 0, 0, 1, 0),
            Window.AutoPad.NOTSET);
    check(
        new Op.Conv(window, 1),
        Shape.of(1, 3, 3, 5, 3),
        random.normal(1, 2, 4, 5, 4),
        random.normal(3, 2, 2, 3, 2),
        null);
  }

  @Test
  void computedWeights() {
    Op.Conv op = new Op.Conv(window(3, 1, 1, 1), 1);
    Tensor x = random.normal(1, 3, 9, 9);
    check(op, Shape.of(1, 7, 9, 9), x, random.normal(7, 3, 3, 3), null);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void computedParameters(int groups) {
    Op.Conv op = new Op.Conv(window(3, 1, 1, 1), groups);
    Tensor x = random.normal(1, 3, 9, 9);
    Tensor weight = random.normal(6, 3 / groups, 3, 3);
    check(op, Shape.of(1, 6, 9, 9), x, weight, random.normal(6));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "8, 8", "16, 1"})
  void epilogues(int channels, int groups) {
    Op.Conv op = new Op.Conv(window(3, 1, 1, 1), groups);
    Tensor x = random.normal(2, channels, 9, 11);
    Tensor weight = random.normal(channels, channels / groups, 3, 3);
    Tensor bias = random.normal(channels);
    Shape shape = Shape.of(2, channels, 9, 11);
    Tensor residual = random.normal(2, channels, 9, 11);
    Operand.Constant alpha = new Operand.Constant(random.normal(channels));
    Operand.Constant beta = new Operand.Constant(random.normal(channels));
    Operand.Constant single = new Operand.Constant(random.normal(1));
    Epilogue affine = new Epilogue.Affine(1, alpha, beta, false);
    boolean fuses = floatMaths().contains(FloatMath.FUSED);
    Epilogue shift = new Epilogue.Bias(1, beta);
    Epilogue relu = activation(UnaryFunction.RELU);
    Epilogue limits = new Epilogue.Activation(new Op.Unary(UnaryFunction.CLAMP, -0.5f, 6f));
    List<List<Epilogue>> chains =
        List.of(
            List.of(relu),
            List.of(limits),
            List.of(shift, relu),
            List.of(affine, relu),
            List.of(affine, activation(UnaryFunction.SILU)),
            List.of(activation(UnaryFunction.HARD_SWISH)),
            List.of(activation(UnaryFunction.GELU), affine, relu, shift),
            List.of(relu, limits),
            List.of(new Epilogue.Affine(1, single, single, false), affine),
            List.of(new Epilogue.Affine(1, alpha, beta, fuses), relu),
            List.of(affine, shift));
    for (List<Epilogue> chain : chains) {
      Epilogue[] stages = chain.toArray(new Epilogue[0]);
      check(runner -> runner.withConstants(1, 2).withEpilogue(stages), op, shape, x, weight, bias);
      check(
          runner -> runner.withConstants(1).withEpilogue(stages).withResidual(residual),
          op,
          shape,
          x,
          weight);
    }
  }

  @Test
  void rareActivation() {
    check(
        runner -> runner.withConstants(1).withEpilogue(activation(UnaryFunction.ATAN)),
        new Op.Conv(window(3, 1, 1, 1), 1),
        Shape.of(2, 8, 9, 11),
        random.normal(2, 8, 9, 11),
        random.normal(8, 8, 3, 3));
  }

  private static Epilogue activation(UnaryFunction function) {
    return new Epilogue.Activation(new Op.Unary(function));
  }

  private void check(
      int batch,
      int channels,
      int filters,
      int groups,
      int kernel,
      int height,
      int width,
      int stride,
      int dilation,
      int pad) {
    int extent = (kernel - 1) * dilation + 1;
    if (height + 2 * pad < extent || width + 2 * pad < extent) {
      return;
    }
    Shape shape =
        Shape.of(
            batch,
            filters,
            (height + 2 * pad - extent) / stride + 1,
            (width + 2 * pad - extent) / stride + 1);
    Op.Conv op = new Op.Conv(window(kernel, stride, dilation, pad), groups);
    Tensor x = random.normal(batch, channels, height, width);
    Tensor weight = random.normal(filters, channels / groups, kernel, kernel);
    Tensor bias = random.normal(filters);
    UnaryOperator<StepRunner> constants = runner -> runner.withConstants(1, 2);
    check(constants, op, shape, x, weight, bias);
    check(constants, op, shape, x, weight, null);
  }
}
