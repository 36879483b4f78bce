package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.AccumulatorKernel;
import fp8sim.kernel.tornado.device.DeviceAccumulator;
import fp8sim.kernel.tornado.device.DeviceProducts;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.MatrixGeometry;
import fp8sim.multiplier.ProductTable;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Sums of products of codes by accumulators that {@link TileLowering} does not have. */
final class AccumulatorLowering {
  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;

  AccumulatorLowering(ProgramBuilder program, EpilogueLowering epilogues) {
    this.program = program;
    this.epilogues = epilogues;
  }

  /** What codes of the first operand become: rows of the table, the last one for padding. */
  static ProductCoding coding(ProductTable table) {
    int columns = 1 << table.bitsW();
    int[] first = new int[1 << table.bitsA()];
    for (int code = 0; code < first.length; code++) {
      first[code] = code * columns;
    }
    int[] second = new int[columns];
    for (int code = 0; code < columns; code++) {
      second[code] = code;
    }
    return new ProductCoding(
        DeviceProducts.GENERAL, first, second, first.length * columns, new int[0]);
  }

  /** Adds a call. */
  void add(Step step, CodeMatrix matrix, ProductArithmetic arithmetic, List<int[]> after) {
    DistinctTables tables = DistinctTables.of(arithmetic);
    DeviceAccumulator accumulator = DeviceAccumulator.of(arithmetic.accumulator(), tables.units());
    int[] places = new int[tables.distinct().size()];
    for (int t = 0; t < places.length; t++) {
      ProductTable table = tables.distinct().get(t);
      places[t] =
          accumulator.mode() == AccumulatorKernel.FLOAT
              ? program.addConstants(padded(table))
              : program.addTable(accumulator.words(table));
    }
    int[] channelTables = new int[matrix.channels()];
    for (int c = 0; c < channelTables.length; c++) {
      channelTables[c] = places[tables.number(c)];
    }
    int[] geometry = matrix.geometry(AccumulatorKernel.SIZE);
    if (matrix.weight() != null) {
      addWeights(geometry, matrix, arithmetic);
    }
    int count = matrix.count() * matrix.rows() * geometry[MatrixGeometry.COLUMNS];
    geometry[MatrixGeometry.RESULT] = program.at(step.output());
    geometry[AccumulatorKernel.CHANNEL_STEP] = matrix.channelStep();
    geometry[AccumulatorKernel.CHANNEL_TABLES] = program.addTable(channelTables);
    geometry[AccumulatorKernel.SCALES] =
        program.addConstants(StepProducts.scales(arithmetic, matrix.channels()));
    geometry[AccumulatorKernel.COUNT] = count;
    geometry[AccumulatorKernel.CHUNK] = accumulator.chunk();
    geometry[AccumulatorKernel.UNIT] = program.addConstants(Math.scalb(1f, accumulator.exponent()));
    geometry[AccumulatorKernel.MAX] = (int) (accumulator.max() >> Integer.SIZE);
    geometry[AccumulatorKernel.MAX + 1] = (int) accumulator.max();
    geometry[AccumulatorKernel.BITS] = accumulator.bits();
    geometry[AccumulatorKernel.LOWEST] = accumulator.lowest();
    geometry[AccumulatorKernel.OVERFLOWS] = accumulator.overflows() ? 1 : 0;
    KernelKind kind = KernelKind.accumulator(accumulator.mode(), matrix.weight() != null);
    epilogues.add(
        step,
        geometry,
        MatrixGeometry.EPILOGUE,
        after,
        complete -> KernelCall.line(kind, complete, count));
  }

  private static float[] padded(ProductTable table) {
    float[] products = table.floats();
    return Arrays.copyOf(products, products.length + (1 << table.bitsW()));
  }

  private void addWeights(int[] geometry, CodeMatrix matrix, ProductArithmetic arithmetic) {
    CodeMatrix.Weight weight = Objects.requireNonNull(matrix.weight());
    int terms = matrix.terms();
    int[] codes = new int[matrix.channels() * terms];
    for (int i = 0; i < codes.length; i++) {
      int channel = i / terms;
      codes[i] = arithmetic.channel(channel).w().code(weight.of(channel, i % terms));
    }
    geometry[MatrixGeometry.LEFT] = program.addTable(codes);
    geometry[MatrixGeometry.LEFT_ROW] = terms;
    geometry[MatrixGeometry.LEFT_TERM] = 1;
  }
}
