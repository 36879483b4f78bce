package fp8sim.kernel.tornado.device;

import java.util.function.Function;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The kernels, each with the buffers that it works on. */
public enum KernelKind {
  LOAD((graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.input(), b.arena())),
  STORE((graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.arena(), b.output())),
  MOVE((graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.arena(), b.arena())),
  MOVE_CONSTANT(
      (graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.constants(), b.arena())),
  /** Left operand constant. */
  CONVOLUTION(matrix(DeviceBuffers::constants, DeviceBuffers::arena)),
  /** Right operand constant. */
  LINEAR(matrix(DeviceBuffers::arena, DeviceBuffers::constants)),
  /** Both operands computed. */
  MATRIX_PRODUCT(matrix(DeviceBuffers::arena, DeviceBuffers::arena)),
  GROUPED_CONVOLUTION(elements(GroupedConvolutionKernel::kGroupedConvolution)),
  MAX_POOL(elements(PoolKernel::kMaximum)),
  AVERAGE_POOL(elements(PoolKernel::kMean)),
  REDUCE(elements(RowKernel::kReduce)),
  SOFTMAX(elements(RowKernel::kSoftmax)),
  NORMALIZE(elements(RowKernel::kNormalize)),
  UNARY(elements(PointwiseKernel::kUnary)),
  STOCHASTIC(elements(StochasticKernel::kRoundStochastically)),
  LOGARITHM(elements(PointwiseKernel::kLogarithm)),
  BINARY(binary(DeviceBuffers::arena, DeviceBuffers::arena)),
  BINARY_FIRST_CONSTANT(binary(DeviceBuffers::constants, DeviceBuffers::arena)),
  BINARY_SECOND_CONSTANT(binary(DeviceBuffers::arena, DeviceBuffers::constants)),
  ENCODE(
      (graph, id, c, g, b) ->
          graph.task(
              id, EncodeKernel::kEncode, c, g, b.constants(), b.tables(), b.arena(), b.codes())),
  CODED_PRODUCTS(productAdder(DeviceProducts.CODED, true)),
  FACTORED_PRODUCTS(productAdder(DeviceProducts.FACTORED, true)),
  GENERAL_PRODUCTS(productAdder(DeviceProducts.GENERAL, true)),
  CODED_PRODUCTS_OF_COMPUTED(productAdder(DeviceProducts.CODED, false)),
  FACTORED_PRODUCTS_OF_COMPUTED(productAdder(DeviceProducts.FACTORED, false)),
  GENERAL_PRODUCTS_OF_COMPUTED(productAdder(DeviceProducts.GENERAL, false)),
  CODED_GROUPED_PRODUCTS(groupedAdder(DeviceProducts.CODED)),
  FACTORED_GROUPED_PRODUCTS(groupedAdder(DeviceProducts.FACTORED)),
  GENERAL_GROUPED_PRODUCTS(groupedAdder(DeviceProducts.GENERAL)),
  FLOAT_SUMS(accumulatorAdder(AccumulatorKernel.FLOAT, true)),
  ROUNDED_SUMS(accumulatorAdder(AccumulatorKernel.ROUNDED, true)),
  FIXED_SUMS(accumulatorAdder(AccumulatorKernel.FIXED, true)),
  WIDE_SUMS(accumulatorAdder(AccumulatorKernel.WIDE, true)),
  FLOAT_SUMS_OF_COMPUTED(accumulatorAdder(AccumulatorKernel.FLOAT, false)),
  ROUNDED_SUMS_OF_COMPUTED(accumulatorAdder(AccumulatorKernel.ROUNDED, false)),
  FIXED_SUMS_OF_COMPUTED(accumulatorAdder(AccumulatorKernel.FIXED, false)),
  WIDE_SUMS_OF_COMPUTED(accumulatorAdder(AccumulatorKernel.WIDE, false));

  /** Adds a call to a graph. */
  @FunctionalInterface
  interface Adder {
    public void add(
        TaskGraph graph,
        String id,
        KernelContext context,
        IntArray geometry,
        DeviceBuffers buffers);
  }

  private final Adder adder;

  KernelKind(Adder adder) {
    this.adder = adder;
  }

  private static Adder elements(
      Task5<KernelContext, IntArray, FloatArray, FloatArray, IntArray> kernel) {
    return (graph, id, c, g, b) ->
        graph.task(id, kernel, c, g, b.constants(), b.arena(), b.state());
  }

  private static Adder matrix(
      Function<DeviceBuffers, FloatArray> left, Function<DeviceBuffers, FloatArray> right) {
    return (graph, id, c, g, b) ->
        graph.task(
            id,
            GemmKernel::kGemm,
            c,
            g,
            left.apply(b),
            right.apply(b),
            b.constants(),
            b.tables(),
            b.arena(),
            b.state());
  }

  private static Adder binary(
      Function<DeviceBuffers, FloatArray> first, Function<DeviceBuffers, FloatArray> second) {
    return (graph, id, c, g, b) ->
        graph.task(
            id,
            PointwiseKernel::kBinary,
            c,
            g,
            first.apply(b),
            second.apply(b),
            b.constants(),
            b.arena(),
            b.state());
  }

  private static Adder productAdder(int mode, boolean constant) {
    return (graph, id, c, g, b) ->
        graph.task(
            id,
            ProductKernel::kProducts,
            c,
            mode,
            g,
            constant ? b.tables() : b.codes(),
            b.codes(),
            b.constants(),
            b.tables(),
            b.arena(),
            b.state());
  }

  private static Adder groupedAdder(int mode) {
    return (graph, id, c, g, b) ->
        graph.task(
            id,
            GroupedProductKernel::kGroupedProducts,
            c,
            mode,
            g,
            b.codes(),
            b.constants(),
            b.tables(),
            b.arena(),
            b.state());
  }

  private static Adder accumulatorAdder(int mode, boolean constant) {
    return (graph, id, c, g, b) ->
        graph.task(
            id,
            AccumulatorKernel::kAccumulate,
            c,
            mode,
            AccumulatorKernel.words(mode),
            g,
            constant ? b.tables() : b.codes(),
            b.codes(),
            b.constants(),
            b.tables(),
            b.arena(),
            b.state());
  }

  /** Sums in a mode of {@link AccumulatorKernel}. */
  public static KernelKind accumulator(int mode, boolean constantWeights) {
    return switch (mode) {
      case AccumulatorKernel.FLOAT -> constantWeights ? FLOAT_SUMS : FLOAT_SUMS_OF_COMPUTED;
      case AccumulatorKernel.ROUNDED -> constantWeights ? ROUNDED_SUMS : ROUNDED_SUMS_OF_COMPUTED;
      case AccumulatorKernel.FIXED -> constantWeights ? FIXED_SUMS : FIXED_SUMS_OF_COMPUTED;
      case AccumulatorKernel.WIDE -> constantWeights ? WIDE_SUMS : WIDE_SUMS_OF_COMPUTED;
      default -> throw new IllegalArgumentException("no mode of sums: " + mode);
    };
  }

  /** Matrix products of codes in a mode of {@link DeviceProducts}. */
  public static KernelKind products(int mode, boolean constantWeights) {
    return switch (mode) {
      case DeviceProducts.CODED -> constantWeights ? CODED_PRODUCTS : CODED_PRODUCTS_OF_COMPUTED;
      case DeviceProducts.FACTORED ->
          constantWeights ? FACTORED_PRODUCTS : FACTORED_PRODUCTS_OF_COMPUTED;
      case DeviceProducts.GENERAL ->
          constantWeights ? GENERAL_PRODUCTS : GENERAL_PRODUCTS_OF_COMPUTED;
      default -> throw new IllegalArgumentException("no mode of products: " + mode);
    };
  }

  /** Grouped convolutions of codes. */
  public static KernelKind groupedProducts(int mode) {
    return switch (mode) {
      case DeviceProducts.CODED -> CODED_GROUPED_PRODUCTS;
      case DeviceProducts.FACTORED -> FACTORED_GROUPED_PRODUCTS;
      case DeviceProducts.GENERAL -> GENERAL_GROUPED_PRODUCTS;
      default -> throw new IllegalArgumentException("no mode of products: " + mode);
    };
  }

  public void add(
      TaskGraph graph, String id, KernelContext context, IntArray geometry, DeviceBuffers buffers) {
    adder.add(graph, id, context, geometry, buffers);
  }
}
