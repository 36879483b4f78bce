package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;

/** Products as functions of two entries of 32 bits, one for each code, and the tiles of these. */
abstract class Factorization {
  /** Bits of sums that float32 holds. */
  static final int FLOAT_BITS = 24;

  private final ProductArithmetic arithmetic;
  private final DistinctTables distinct;
  private final IntegerTables tables;
  private final boolean exact;

  Factorization(ProductTask task, IntegerTables tables) {
    arithmetic = task.arithmetic();
    distinct = task.tables();
    exact = arithmetic.accumulator().equals(Accumulator.EXACT);
    this.tables = tables;
  }

  /** Whether weights lie in lanes, else activations do. */
  abstract boolean areWeightsInLanes();

  /** The entries of the first operand's codes. */
  abstract int[] firstEntries();

  /** The entries of the second operand's codes in one of {@link IntegerTables}. */
  abstract int[] secondEntries(int table);

  abstract GemmTile matrixTile(SumScaling.Form form, FloatMath floatMath);

  abstract IndirectTile patchTile(SumScaling.Form form, FloatMath floatMath);

  /** The number of an output channel's table. */
  final int table(int channel) {
    return tables.number(distinct.number(channel));
  }

  /** The largest magnitude of products with a code of the second operand, in units. */
  final double[] largestProducts(int table) {
    double[] largest = new double[tables.codesW()];
    for (int a = 0; a < tables.codesA(); a++) {
      for (int w = 0; w < largest.length; w++) {
        largest[w] = Math.max(largest[w], Math.abs(tables.of(table, a, w)));
      }
    }
    return largest;
  }

  /** The largest magnitude of a sum of any products. */
  final double largestSum(long terms) {
    return Math.scalb((double) terms, tables.bits());
  }

  /** What sums are that have at most a magnitude. */
  final SumScaling.Form form(double largestSum) {
    if (!exact || largestSum <= Math.scalb(1.0, FLOAT_BITS)) {
      return SumScaling.Form.FLOATS;
    }
    return largestSum <= Integer.MAX_VALUE ? SumScaling.Form.INTEGERS : SumScaling.Form.DOUBLES;
  }

  /** What finishes sums of some channels. */
  final SumScaling scaling(SumScaling.Form form, TileStage.Channels axis, int channels) {
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = Math.scalb(arithmetic.scale(c), tables.exponent(distinct.number(c)));
    }
    return new SumScaling(form, axis, scales, arithmetic.sumQuantizer());
  }
}
