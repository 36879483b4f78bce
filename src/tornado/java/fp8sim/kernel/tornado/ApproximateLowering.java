package fp8sim.kernel.tornado;

import fp8sim.graph.Conv;
import fp8sim.graph.Gemm;
import fp8sim.graph.MatMul;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Products of codes. First the computed operands are turned into codes, then the matrix kernel runs
 * with output channels as rows, those with the same table side by side.
 */
final class ApproximateLowering {
  private static final int NONE = -1;

  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;
  private final ProductLowering floats;

  ApproximateLowering(ProgramBuilder program, EpilogueLowering epilogues, ProductLowering floats) {
    this.program = program;
    this.epilogues = epilogues;
    this.floats = floats;
  }

  void convolution(Step step, Conv op, ProductArithmetic arithmetic) {
    Shape x = step.input(0).shape();
    Operand.Constant weight = (Operand.Constant) step.input(1);
    int filters = weight.shape().dim(0);
    WindowGeometry window = WindowGeometry.of(op.window(), x, step.output().shape());
    StepProducts products = StepProducts.of(arithmetic);
    List<int[]> after = new ArrayList<>(afterSum(arithmetic));
    after.addAll(floats.convolutionBias(step, window));
    encode(step.input(0), arithmetic.a(), products.coding(0).first(), products, 0);
    float[] values = weight.tensor().toFloats();
    if (op.group() > 1) {
      grouped(step, op, window, arithmetic, products, values, after);
      return;
    }
    int terms = x.dim(1) * window.taps();
    int[] geometry =
        extend(MatrixLowering.convolution(program, window, x.dim(0), x.dim(1), filters));
    Tiles tiles = tiles(products, filters);
    packed(
        geometry,
        tiles,
        terms,
        (channel, k) -> weight(products, values, channel, channel * terms + k));
    add(step, geometry, tiles, products, scales(arithmetic, filters), 1, after);
  }

  private static int weight(StepProducts products, float[] values, int channel, int at) {
    return products.weight(channel, values[at]);
  }

  private void grouped(
      Step step,
      Conv op,
      WindowGeometry window,
      ProductArithmetic arithmetic,
      StepProducts products,
      float[] values,
      List<int[]> after) {
    int[] geometry = Arrays.copyOf(floats.grouped(step, op, window), GroupedProductKernel.SIZE);
    int filters = geometry[GroupedConvolutionKernel.FILTERS];
    int perFilter = values.length / filters;
    int[] weights = new int[values.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = products.weight(i / perFilter, values[i]);
    }
    int[] places = places(products);
    int[] tableOf = new int[filters];
    for (int c = 0; c < filters; c++) {
      tableOf[c] = places[products.tableOf(c)];
    }
    geometry[GroupedConvolutionKernel.WEIGHTS] = program.addTable(weights);
    geometry[GroupedProductKernel.TABLES] = program.addTable(tableOf);
    geometry[GroupedProductKernel.UNIT] = program.addConstants(products.unit());
    geometry[GroupedProductKernel.SCALES] = program.addConstants(scales(arithmetic, filters));
    epilogues.add(
        step,
        geometry,
        GroupedConvolutionKernel.EPILOGUE,
        after,
        complete ->
            KernelCall.line(
                KernelKind.groupedProducts(products.mode()),
                complete,
                geometry[GroupedConvolutionKernel.COUNT]));
  }

  void gemm(Step step, Gemm op, ProductArithmetic arithmetic) {
    MatrixLowering matrix =
        MatrixLowering.ofGemm(
            step.input(0).shape(), step.input(1).shape(), op.transA(), op.transB());
    List<int[]> after = new ArrayList<>(afterSum(arithmetic));
    after.addAll(floats.afterGemm(step, op));
    matrix(step, matrix, arithmetic, after);
  }

  void matMul(Step step, MatMul op, ProductArithmetic arithmetic) {
    MatrixLowering matrix =
        MatrixLowering.ofMatMul(
            step.input(0).shape(), step.input(1).shape(), step.output().shape(), op.transB());
    matrix(step, matrix, arithmetic, afterSum(arithmetic));
  }

  private void matrix(
      Step step, MatrixLowering matrix, ProductArithmetic arithmetic, List<int[]> after) {
    StepProducts products = StepProducts.of(arithmetic);
    int channels = matrix.columns();
    int[] geometry = extend(matrix.transposedGeometry(program));
    int codes = step.input(0).shape().elements();
    encode(step.input(0), arithmetic.a(), products.coding(0).first(), products, 0);
    Tiles tiles = tiles(products, channels);
    if (step.input(1) instanceof Operand.Constant constant) {
      float[] values = constant.tensor().toFloats();
      packed(
          geometry,
          tiles,
          matrix.terms(),
          (channel, k) ->
              weight(
                  products,
                  values,
                  channel,
                  channel * matrix.rightColumn() + k * matrix.rightTerm()));
    } else {
      encode(
          step.input(1), arithmetic.channel(0).w(), products.coding(0).second(), products, codes);
      geometry[MatrixGeometry.LEFT] = codes;
      geometry[MatrixGeometry.LEFT_ROW] = matrix.rightColumn();
      geometry[MatrixGeometry.LEFT_TERM] = matrix.rightTerm();
      geometry[ProductKernel.LEFT_TILE] = MatrixGeometry.SIDE * matrix.rightColumn();
    }
    add(step, geometry, tiles, products, scales(arithmetic, channels), matrix.count(), after);
  }

  /** What the exact sum, times its scale, passes before anything else. */
  private List<int[]> afterSum(ProductArithmetic arithmetic) {
    return arithmetic.sumQuantizer() == null
        ? List.of()
        : List.of(epilogues.quantize(arithmetic.sumQuantizer()));
  }

  private static float[] scales(ProductArithmetic arithmetic, int channels) {
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = arithmetic.scale(c);
    }
    return scales;
  }

  /** The geometry of matrices with room for that of products behind the fixed part. */
  private static int[] extend(int[] geometry) {
    int starts = geometry.length - MatrixGeometry.SIZE;
    int[] all = Arrays.copyOf(geometry, ProductKernel.SIZE + starts);
    System.arraycopy(geometry, MatrixGeometry.SIZE, all, ProductKernel.SIZE, starts);
    all[MatrixGeometry.STARTS] = ProductKernel.SIZE;
    return all;
  }

  /**
   * Output channels in tiles, each of one product table.
   *
   * @param channels of each row of each tile, -1 for none
   * @param tables of each tile
   */
  private record Tiles(int[] channels, int[] tables) {}

  private static Tiles tiles(StepProducts products, int count) {
    List<Integer> channels = new ArrayList<>();
    List<Integer> tables = new ArrayList<>();
    for (int table = 0; table < products.tables(); table++) {
      int inTile = 0;
      for (int c = 0; c < count; c++) {
        if (products.tableOf(c) == table) {
          if (inTile % MatrixGeometry.SIDE == 0) {
            tables.add(table);
          }
          channels.add(c);
          inTile++;
        }
      }
      while (channels.size() % MatrixGeometry.SIDE != 0) {
        channels.add(NONE);
      }
    }
    return new Tiles(
        channels.stream().mapToInt(Integer::intValue).toArray(),
        tables.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The prepared code of a weight. */
  @FunctionalInterface
  private interface Weight {
    int of(int channel, int term);
  }

  /** Constant weights, tile after tile, so that threads side by side read numbers side by side. */
  private void packed(int[] geometry, Tiles tiles, int terms, Weight weight) {
    int side = MatrixGeometry.SIDE;
    int[] packed = new int[tiles.channels().length * terms];
    for (int row = 0; row < tiles.channels().length; row++) {
      int channel = tiles.channels()[row];
      int at = row / side * side * terms + row % side;
      for (int k = 0; k < terms && channel != NONE; k++) {
        packed[at + k * side] = weight.of(channel, k);
      }
    }
    geometry[MatrixGeometry.LEFT] = program.addTable(packed);
    geometry[MatrixGeometry.LEFT_ROW] = 1;
    geometry[MatrixGeometry.LEFT_TERM] = side;
    geometry[ProductKernel.LEFT_TILE] = side * terms;
  }

  private int[] places(StepProducts products) {
    int[] places = new int[products.tables()];
    for (int t = 0; t < places.length; t++) {
      places[t] = program.addTable(products.coding(t).table());
    }
    return places;
  }

  private void add(
      Step step,
      int[] geometry,
      Tiles tiles,
      StepProducts products,
      float[] scales,
      int count,
      List<int[]> after) {
    int[] places = places(products);
    geometry[MatrixGeometry.RESULT] = program.at(step.output());
    geometry[ProductKernel.CHANNELS] = program.addTable(tiles.channels());
    geometry[ProductKernel.TILE_TABLES] =
        program.addTable(Arrays.stream(tiles.tables()).map(t -> places[t]).toArray());
    geometry[ProductKernel.TABLE_WORDS] = products.coding(0).localWords();
    geometry[ProductKernel.PADDING] = products.coding(0).padding();
    geometry[ProductKernel.UNIT] = program.addConstants(products.unit());
    geometry[ProductKernel.SCALES] = program.addConstants(scales);
    boolean constant = step.input(1) instanceof Operand.Constant || step.op() instanceof Conv;
    epilogues.add(
        step,
        geometry,
        MatrixGeometry.EPILOGUE,
        after,
        complete ->
            KernelCall.tiles(
                KernelKind.products(products.mode(), constant),
                complete,
                tiles.tables().length,
                geometry[MatrixGeometry.COLUMNS],
                count));
  }

  /** Turns a computed operand into prepared codes from {@code to} on. */
  private void encode(
      Operand operand, ProductOperand numbers, int[] prepared, StepProducts products, int to) {
    int count = operand.shape().elements();
    TreeMap<Float, Integer> values = StepProducts.values(numbers);
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
    geometry[EncodeKernel.NOT_FINITE] = products.coding(0).padding() | DeviceProducts.NOT_FINITE;
    program.reserveCodes((long) to + count);
    program.call(KernelCall.line(KernelKind.ENCODE, geometry, count));
  }
}
