package fp8sim.kernel.tornado.lower;

import fp8sim.graph.Op;
import fp8sim.kernel.tornado.device.DeviceProducts;
import fp8sim.kernel.tornado.device.DeviceWindow;
import fp8sim.kernel.tornado.device.EncodeKernel;
import fp8sim.kernel.tornado.device.GroupedConvolutionKernel;
import fp8sim.kernel.tornado.device.GroupedProductKernel;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.MatrixGeometry;
import fp8sim.multiplier.ProductTable;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.plan.WindowGeometry;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Products of codes. First the computed operands are turned into codes, then a matrix kernel runs
 * with output channels as rows.
 */
final class ApproximateLowering {
  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;
  private final ProductLowering floats;
  private final TileLowering tiles;
  private final AccumulatorLowering accumulators;

  ApproximateLowering(ProgramBuilder program, EpilogueLowering epilogues, ProductLowering floats) {
    this.program = program;
    this.epilogues = epilogues;
    this.floats = floats;
    tiles = new TileLowering(program, epilogues);
    accumulators = new AccumulatorLowering(program, epilogues);
  }

  void convolution(Step step, Op.Conv op, ProductArithmetic arithmetic) {
    Shape x = step.input(0).shape();
    Operand.Constant weight = (Operand.Constant) step.input(1);
    int filters = weight.shape().dim(0);
    WindowGeometry window = WindowGeometry.of(op.window(), x, step.output().shape());
    int channels = x.dim(1) / op.group();
    int terms = channels * window.taps();
    List<int[]> after = new ArrayList<>(afterSum(arithmetic));
    after.addAll(floats.convolutionBias(step, window.positions()));
    float[] values = weight.tensor().toFloats();
    if (op.group() > 1 && StepProducts.has(arithmetic, terms)) {
      grouped(step, op, window, arithmetic, values, after);
      return;
    }
    int[] geometry =
        MatrixLowering.convolution(program, window, x.dim(0), channels, filters, op.group());
    CodeMatrix matrix =
        new CodeMatrix(
            geometry,
            filters,
            op.group() > 1 ? filters / op.group() : 0,
            (channel, k) -> values[channel * terms + k]);
    add(step, List.of(matrix), terms, arithmetic, after);
  }

  /** Each part of the output, see {@link TransposedWindow}, is a convolution of its own. */
  void transposedConvolution(Step step, Op.ConvTranspose op, ProductArithmetic arithmetic) {
    Shape x = step.input(0).shape();
    Operand.Constant weight = (Operand.Constant) step.input(1);
    int filters = weight.shape().dim(1);
    TransposedWindow window =
        new TransposedWindow(WindowGeometry.of(op.window(), step.output().shape(), x), x.dim(1));
    List<int[]> after = new ArrayList<>(afterSum(arithmetic));
    after.addAll(floats.convolutionBias(step, window.pixels()));
    float[] values = weight.tensor().toFloats();
    List<CodeMatrix> matrices = new ArrayList<>();
    for (TransposedWindow.Part part : window.parts()) {
      matrices.add(
          new CodeMatrix(
              part.geometry(program, x.dim(0), filters),
              filters,
              0,
              (channel, k) -> values[part.weight(channel, k, filters)]));
    }
    add(step, matrices, x.dim(1) * window.taps(), arithmetic, after);
  }

  private void grouped(
      Step step,
      Op.Conv op,
      WindowGeometry window,
      ProductArithmetic arithmetic,
      float[] values,
      List<int[]> after) {
    StepProducts products = StepProducts.of(arithmetic);
    encode(
        step.input(0), arithmetic.a(), products.coding(0).first(), products.coding(0).padding(), 0);
    int[] geometry = Arrays.copyOf(floats.grouped(step, op, window), GroupedProductKernel.SIZE);
    int filters = geometry[GroupedConvolutionKernel.FILTERS];
    int perFilter = values.length / filters;
    int[] weights = new int[values.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = products.weight(i / perFilter, values[i]);
    }
    int[] places = tiles.places(products);
    int[] tableOf = new int[filters];
    for (int c = 0; c < filters; c++) {
      tableOf[c] = places[products.tableOf(c)];
    }
    geometry[GroupedConvolutionKernel.WEIGHTS] = program.addTable(weights);
    geometry[GroupedProductKernel.TABLES] = program.addTable(tableOf);
    geometry[GroupedProductKernel.UNIT] = program.addConstants(products.unit());
    geometry[GroupedProductKernel.SCALES] =
        program.addConstants(StepProducts.scales(arithmetic, filters));
    epilogues.add(
        step,
        geometry,
        DeviceWindow.EPILOGUE,
        after,
        complete ->
            KernelCall.line(
                KernelKind.groupedProducts(products.mode()),
                complete,
                geometry[DeviceWindow.COUNT]));
  }

  void gemm(Step step, Op.Gemm op, ProductArithmetic arithmetic) {
    MatrixLowering matrix =
        MatrixLowering.ofGemm(
            step.input(0).shape(), step.input(1).shape(), op.transA(), op.transB());
    List<int[]> after = new ArrayList<>(afterSum(arithmetic));
    after.addAll(floats.afterGemm(step, op));
    matrix(step, matrix, arithmetic, after);
  }

  void matMul(Step step, Op.MatMul op, ProductArithmetic arithmetic) {
    MatrixLowering matrix =
        MatrixLowering.ofMatMul(
            step.input(0).shape(), step.input(1).shape(), step.output().shape(), op.transB());
    matrix(step, matrix, arithmetic, afterSum(arithmetic));
  }

  private void matrix(
      Step step, MatrixLowering matrix, ProductArithmetic arithmetic, List<int[]> after) {
    int[] geometry = matrix.transposedGeometry(program);
    int channels = matrix.columns();
    if (step.input(1) instanceof Operand.Constant constant) {
      float[] values = constant.tensor().toFloats();
      CodeMatrix.Weight weight =
          (channel, k) -> values[channel * matrix.right().column() + k * matrix.right().row()];
      CodeMatrix products = new CodeMatrix(geometry, channels, 0, weight);
      add(step, List.of(products), matrix.terms(), arithmetic, after);
    } else {
      geometry[MatrixGeometry.LEFT] = step.input(0).shape().elements();
      geometry[MatrixGeometry.LEFT_ROW] = matrix.right().column();
      geometry[MatrixGeometry.LEFT_TERM] = matrix.right().row();
      CodeMatrix products = new CodeMatrix(geometry, channels, 0, null);
      add(step, List.of(products), matrix.terms(), arithmetic, after);
    }
  }

  /**
   * Encodes computed operands, the second behind the first, and adds products.
   *
   * @param matrices which write parts of the result
   * @param terms most terms of a sum
   */
  private void add(
      Step step,
      List<CodeMatrix> matrices,
      int terms,
      ProductArithmetic arithmetic,
      List<int[]> after) {
    boolean tiled = StepProducts.has(arithmetic, terms);
    StepProducts products = tiled ? StepProducts.of(arithmetic) : null;
    ProductCoding coding =
        products == null
            ? AccumulatorLowering.coding((ProductTable) arithmetic.product(0))
            : products.coding(0);
    encode(step.input(0), arithmetic.a(), coding.first(), coding.padding(), 0);
    if (matrices.getFirst().weight() == null) {
      int to = step.input(0).shape().elements();
      encode(step.input(1), arithmetic.channel(0).w(), coding.second(), coding.padding(), to);
    }
    boolean isWhole = matrices.size() == 1;
    Step part = isWhole ? step : epilogues.bare(step);
    for (CodeMatrix matrix : matrices) {
      if (products == null) {
        accumulators.add(part, matrix, arithmetic, after);
      } else {
        tiles.add(part, matrix, arithmetic, products, after);
      }
    }
    if (!isWhole) {
      epilogues.addAfter(step);
    }
  }

  /** What the sum, times its scale, passes before anything else. */
  private List<int[]> afterSum(ProductArithmetic arithmetic) {
    return arithmetic.sumQuantizer() == null
        ? List.of()
        : List.of(epilogues.quantize(arithmetic.sumQuantizer(), null));
  }

  /** Turns a computed operand into prepared codes from {@code to} on. */
  private void encode(
      Operand operand, ProductOperand numbers, int[] prepared, int padding, int to) {
    int count = operand.shape().elements();
    NavigableMap<Float, Integer> values = StepProducts.values(numbers);
    int half = Integer.highestOneBit(Math.max(1, values.size() - 1));
    float[] thresholds = new float[2 * half];
    Arrays.fill(thresholds, Float.POSITIVE_INFINITY);
    int[] codes = new int[2 * half];
    int i = 0;
    Float previous = null;
    for (Map.Entry<Float, Integer> entry : values.entrySet()) {
      if (previous != null) {
        thresholds[i - 1] = (float) ((previous + (double) entry.getKey()) / 2);
      }
      codes[i++] = prepared[entry.getValue()];
      previous = entry.getKey();
    }
    int[] geometry = new int[EncodeKernel.SIZE];
    geometry[EncodeKernel.COUNT] = count;
    geometry[EncodeKernel.INPUT] = program.at((Operand.Slot) operand);
    geometry[EncodeKernel.OUTPUT] = to;
    geometry[EncodeKernel.THRESHOLDS] = program.addConstants(thresholds);
    geometry[EncodeKernel.HALF] = half;
    geometry[EncodeKernel.CODES] = program.addTable(codes);
    geometry[EncodeKernel.NEGATIVE_ZERO] = prepared[numbers.code(-0f)];
    geometry[EncodeKernel.NOT_FINITE] = padding | DeviceProducts.NOT_FINITE;
    program.reserveCodes((long) to + count);
    program.call(KernelCall.line(KernelKind.ENCODE, geometry, count));
  }
}
