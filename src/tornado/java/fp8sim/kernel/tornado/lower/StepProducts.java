package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.DeviceAccumulator;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ProductUnits;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The products of a step: its distinct tables in one mode, and values of its first operand. */
final class StepProducts {
  private static final int SUM_BITS = 63;

  private final ProductArithmetic arithmetic;
  private final DistinctTables tables;
  private final List<ProductCoding> codings = new ArrayList<>();

  private StepProducts(ProductArithmetic arithmetic) {
    this.arithmetic = arithmetic;
    tables = DistinctTables.of(arithmetic);
    int exponent = tables.units().exponent();
    Grid a = arithmetic.a().grid();
    for (int t = 0; t < tables.distinct().size(); t++) {
      Grid w = arithmetic.channel(tables.firstChannel(t)).w().grid();
      codings.add(ProductCoding.of(tables.distinct().get(t), a, w, exponent));
    }
    if (codings.stream().mapToInt(ProductCoding::mode).distinct().count() > 1) {
      for (int t = 0; t < codings.size(); t++) {
        codings.set(t, ProductCoding.general(tables.distinct().get(t), exponent));
      }
    }
  }

  static StepProducts of(ProductArithmetic arithmetic) {
    return new StepProducts(arithmetic);
  }

  /** Whether these sums are exact and fit a long: others need {@link AccumulatorLowering}. */
  static boolean has(ProductArithmetic arithmetic, int terms) {
    return arithmetic.accumulator().equals(Accumulator.EXACT)
        && DistinctTables.of(arithmetic).units().sumBits(terms) <= SUM_BITS;
  }

  /** Why devices cannot compute these products, in a few words; empty if they can. */
  static String problem(ProductArithmetic arithmetic, int terms) {
    if (!ProductTable.fits(arithmetic.setting(0))) {
      return "formats too wide for a product table";
    }
    ProductUnits units = DistinctTables.of(arithmetic).units();
    return DeviceAccumulator.problem(arithmetic.accumulator(), units, terms);
  }

  /** What sums of each output channel are multiplied by. */
  static float[] scales(ProductArithmetic arithmetic, int channels) {
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = arithmetic.scale(c);
    }
    return scales;
  }

  int mode() {
    return codings.getFirst().mode();
  }

  ProductCoding coding(int table) {
    return codings.get(table);
  }

  int tables() {
    return codings.size();
  }

  /** The number of a channel's table. */
  int tableOf(int channel) {
    return tables.number(channel);
  }

  float unit() {
    return Math.scalb(1f, tables.units().exponent());
  }

  /** The prepared code of a weight. */
  int weight(int channel, float value) {
    int code = arithmetic.channel(channel).w().code(value);
    return coding(tableOf(channel)).second()[code];
  }

  /**
   * The values of an operand in ascending order with their codes. Both zeros are one value, of code
   * 0.
   */
  static NavigableMap<Float, Integer> values(ProductOperand operand) {
    TreeMap<Float, Integer> values = new TreeMap<>();
    Grid grid = operand.grid();
    for (int code = 0; code < 1 << grid.codeBits(); code++) {
      if (grid.isFinite(code)) {
        float onGrid = (float) grid.value(code);
        float value =
            grid instanceof FloatGrid
                ? onGrid * operand.scale()
                : operand.scale() * (onGrid - operand.zeroPoint());
        values.putIfAbsent(value + 0f, code);
      }
    }
    return values;
  }
}
