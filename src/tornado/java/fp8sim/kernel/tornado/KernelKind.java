package fp8sim.kernel.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The kernels, each with the buffers that it works on. */
enum KernelKind {
  LOAD((graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.input(), b.arena())),
  STORE((graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.arena(), b.output())),
  MOVE((graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.arena(), b.arena())),
  MOVE_CONSTANT(
      (graph, id, c, g, b) -> graph.task(id, MoveKernel::kMove, c, g, b.constants(), b.arena())),
  /** Left operand constant. */
  CONVOLUTION(
      (graph, id, c, g, b) ->
          graph.task(
              id,
              GemmKernel::kGemm,
              c,
              g,
              b.constants(),
              b.arena(),
              b.constants(),
              b.tables(),
              b.arena())),
  /** Right operand constant. */
  LINEAR(
      (graph, id, c, g, b) ->
          graph.task(
              id,
              GemmKernel::kGemm,
              c,
              g,
              b.arena(),
              b.constants(),
              b.constants(),
              b.tables(),
              b.arena())),
  /** Both operands computed. */
  MATRIX_PRODUCT(
      (graph, id, c, g, b) ->
          graph.task(
              id,
              GemmKernel::kGemm,
              c,
              g,
              b.arena(),
              b.arena(),
              b.constants(),
              b.tables(),
              b.arena())),
  GROUPED_CONVOLUTION(
      (graph, id, c, g, b) ->
          graph.task(
              id, GroupedConvolutionKernel::kGroupedConvolution, c, g, b.constants(), b.arena())),
  MAX_POOL(
      (graph, id, c, g, b) -> graph.task(id, PoolKernel::kMaximum, c, g, b.constants(), b.arena())),
  AVERAGE_POOL(
      (graph, id, c, g, b) -> graph.task(id, PoolKernel::kMean, c, g, b.constants(), b.arena())),
  REDUCE(
      (graph, id, c, g, b) -> graph.task(id, RowKernel::kReduce, c, g, b.constants(), b.arena())),
  SOFTMAX(
      (graph, id, c, g, b) -> graph.task(id, RowKernel::kSoftmax, c, g, b.constants(), b.arena())),
  NORMALIZE(
      (graph, id, c, g, b) ->
          graph.task(id, RowKernel::kNormalize, c, g, b.constants(), b.arena())),
  UNARY(
      (graph, id, c, g, b) ->
          graph.task(id, PointwiseKernel::kUnary, c, g, b.constants(), b.arena())),
  BINARY(
      (graph, id, c, g, b) ->
          graph.task(
              id, PointwiseKernel::kBinary, c, g, b.arena(), b.arena(), b.constants(), b.arena())),
  BINARY_FIRST_CONSTANT(
      (graph, id, c, g, b) ->
          graph.task(
              id,
              PointwiseKernel::kBinary,
              c,
              g,
              b.constants(),
              b.arena(),
              b.constants(),
              b.arena())),
  BINARY_SECOND_CONSTANT(
      (graph, id, c, g, b) ->
          graph.task(
              id,
              PointwiseKernel::kBinary,
              c,
              g,
              b.arena(),
              b.constants(),
              b.constants(),
              b.arena())),
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
  GENERAL_GROUPED_PRODUCTS(groupedAdder(DeviceProducts.GENERAL));

  /** Adds a call to a graph. */
  @FunctionalInterface
  interface Adder {
    void add(
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
            b.arena());
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
            b.arena());
  }

  /** Matrix products of codes in a mode of {@link DeviceProducts}. */
  static KernelKind products(int mode, boolean constantWeights) {
    KernelKind first = constantWeights ? CODED_PRODUCTS : CODED_PRODUCTS_OF_COMPUTED;
    return values()[first.ordinal() + mode];
  }

  /** Grouped convolutions of codes. */
  static KernelKind groupedProducts(int mode) {
    return values()[CODED_GROUPED_PRODUCTS.ordinal() + mode];
  }

  void add(
      TaskGraph graph, String id, KernelContext context, IntArray geometry, DeviceBuffers buffers) {
    adder.add(graph, id, context, geometry, buffers);
  }
}
