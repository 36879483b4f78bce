package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.contract.RandomWindows.Resolved;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.StepRunner;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows whose kernels, strides, dilations and pads are huge beside the input. */
abstract class WindowGeometryContract extends KernelContract {
  private static final int DRAWS = 250;

  private final RandomTensors random = new RandomTensors(8);
  private final ApproximateSteps products = new ApproximateSteps();
  private final ProductArithmetic codes =
      products.minifloats(
          "mitchell", ApproximateSteps.grid("e3m4", 4, false), "e3m4", false, Round.NEAREST, 5);

  private int resolved;
  private int refused;

  /** Draws that test nothing would go unnoticed. */
  @AfterEach
  final void haveTestedBoth() {
    assertThat(resolved).isGreaterThan(DRAWS / 4);
    assertThat(refused).isGreaterThan(DRAWS / 50);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void maximum(int rank) {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      Tensor x = input(windows, rank, 1 + windows.below(3));
      Window window = windows.window(spatial(x), List.of());
      check(UnaryOperator.identity(), new Op.MaxPool(window, windows.below(2) > 0, false), x);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void average(int rank) {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      Tensor x = input(windows, rank, 1 + windows.below(3));
      Window window = windows.window(spatial(x), List.of());
      Op.AveragePool op = new Op.AveragePool(window, windows.below(2) > 0, windows.below(2) > 0);
      check(UnaryOperator.identity(), op, x);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void convolution(int rank) {
    convolve(rank, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void convolutionOfCodes(int rank) {
    convolve(rank, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void transposedConvolution(int rank) {
    convolveTransposed(rank, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void transposedConvolutionOfCodes(int rank) {
    convolveTransposed(rank, true);
  }

  private void convolve(int rank, boolean ofCodes) {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      int groups = windows.small(1);
      boolean depthwise = windows.below(2) > 0;
      int channels = depthwise ? 1 : windows.small(1);
      int filters = groups * (depthwise ? 1 : windows.small(1));
      List<Integer> kernel = kernel(windows, rank);
      Tensor x = operand(ofCodes, false, input(windows, rank, groups * channels));
      Tensor weight = operand(ofCodes, true, random.normal(dims(filters, channels, kernel)));
      Op.Conv op = new Op.Conv(windows.window(spatial(x), kernel), groups);
      check(setting(ofCodes), op, x, weight);
    }
  }

  private void convolveTransposed(int rank, boolean ofCodes) {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomWindows windows = new RandomWindows(draw);
      int groups = windows.small(1);
      int channels = groups * windows.small(1);
      List<Integer> kernel = kernel(windows, rank);
      Tensor x = operand(ofCodes, false, input(windows, rank, channels));
      Tensor weight =
          operand(ofCodes, true, random.normal(dims(channels, windows.small(1), kernel)));
      Window window = windows.transposedWindow(spatial(x), kernel);
      check(
          setting(ofCodes), new Op.ConvTranspose(window, groups, List.of(), List.of()), x, weight);
    }
  }

  private UnaryOperator<StepRunner> setting(boolean ofCodes) {
    return runner -> {
      StepRunner constant = runner.withConstants(1);
      return ofCodes ? constant.withArithmetic(codes) : constant;
    };
  }

  private void check(UnaryOperator<StepRunner> setting, Op op, Tensor... inputs) {
    Resolved result;
    try {
      result = RandomWindows.resolve(op, inputs);
    } catch (Fp8simException e) {
      assertThat(e.exitCode()).as(op.toString()).isEqualTo(ExitCode.INPUT);
      assertThat(e.getMessage()).as(op.toString()).contains("window").doesNotContain("\n");
      assertThat(e.getMessage()).as(op.toString()).doesNotContain("overflow");
      refused++;
      return;
    }
    if (result != null) {
      resolved++;
      check(setting, result.op(), result.output(), inputs);
    }
  }

  private Tensor input(RandomWindows windows, int rank, int channels) {
    return random.normal(dims(1 + windows.below(2), channels, kernel(windows, rank)));
  }

  private Tensor operand(boolean ofCodes, boolean second, Tensor like) {
    if (!ofCodes) {
      return like;
    }
    int[] dims = like.shape().dims();
    return second ? products.second(codes, 1, dims) : products.first(codes, dims);
  }

  private static List<Integer> kernel(RandomWindows windows, int rank) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      sizes.add(windows.small(1));
    }
    return sizes;
  }

  private static List<Integer> spatial(Tensor x) {
    List<Integer> sizes = new ArrayList<>();
    for (int axis = 2; axis < x.shape().rank(); axis++) {
      sizes.add(x.shape().dim(axis));
    }
    return sizes;
  }

  private static int[] dims(int first, int second, List<Integer> spatial) {
    int[] dims = new int[2 + spatial.size()];
    dims[0] = first;
    dims[1] = second;
    for (int i = 0; i < spatial.size(); i++) {
      dims[2 + i] = spatial.get(i);
    }
    return dims;
  }
}
