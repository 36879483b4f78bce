package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;

/** Products as functions of two entries of 32 bits, one for each code, and the tiles of these. */
abstract class Factorization {
  private final ProductArithmetic arithmetic;
  private final DistinctTables distinct;
  private final IntegerTables tables;
  private final SumForm form;

  Factorization(ProductTask task, IntegerTables tables, SumForm form) {
    arithmetic = task.arithmetic();
    distinct = task.tables();
    this.tables = tables;
    this.form = form;
  }

  /** The entries of the first operand's codes. */
  abstract int[] firstEntries();

  /** The entries of the second operand's codes in one of {@link IntegerTables}. */
  abstract int[] secondEntries(int table);

  /** Tiles of matrix products. */
  abstract GemmTile matrixTile(FloatMath floatMath);

  /** Tiles of convolutions, if weights lie in lanes. */
  abstract IndirectTile patchTile(FloatMath floatMath);

  /** What sums are. */
  final SumForm form() {
    return form;
  }

  /** The number of an output channel's table. */
  final int table(int channel) {
    return tables.number(distinct.number(channel));
  }

  /** What finishes sums of some channels. */
  final SumScaling scaling(TileStage.Channels axis, int channels) {
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      int exponent = tables.exponent(distinct.number(c)) - (form.isInteger() ? 1 : 0);
      scales[c] = Math.scalb(arithmetic.scale(c), exponent);
    }
    return new SumScaling(form.kind(), axis, scales, arithmetic.sumQuantizer());
  }
}
