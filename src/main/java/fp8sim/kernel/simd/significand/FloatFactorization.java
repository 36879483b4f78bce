package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.numerics.FloatMath;

/** {@link RankOneFactors}, multiplied by the tiles of float32. */
final class FloatFactorization extends Factorization {
  private final RankOneFactors factors;

  FloatFactorization(ProductTask task, IntegerTables tables, RankOneFactors factors, SumForm form) {
    super(task, tables, form);
    this.factors = factors;
  }

  @Override
  int[] firstEntries() {
    return bits(factors.first());
  }

  @Override
  int[] secondEntries(int table) {
    return bits(factors.second()[table]);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Override
  GemmTile matrixTile(FloatMath floatMath) {
    return GemmTile.of(floatMath);
  }

  @Override
  IndirectTile patchTile(FloatMath floatMath) {
    return IndirectTile.of(floatMath);
  }
}
