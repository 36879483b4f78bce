package fp8sim.kernel.simd.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.numerics.FloatMath;
import org.junit.jupiter.api.Test;

final class GemmTileTest {
  private static final long[] STRIDES = {
    4, 1 << 20, Integer.MAX_VALUE / 8, Integer.MAX_VALUE / 8 + 1, Integer.MAX_VALUE, 1L << 40
  };

  @Test
  void tilesTakeAllRowsOfWhichDistancesHave31Bits() {
    GemmTile tile = GemmTile.of(FloatMath.FUSED);
    for (long stride : STRIDES) {
      for (int columns : new int[] {1, Memory.LANES, Memory.LANES + 1, TileShape.COLUMNS}) {
        for (int count = 1; count <= 50; count++) {
          int left = count;
          while (left > 0) {
            int rows = tile.rows(left, columns, stride);
            assertThat(rows).isBetween(1, left);
            assertThat((rows - 1) * stride).isLessThanOrEqualTo(Integer.MAX_VALUE);
            left -= rows;
          }
        }
      }
    }
  }
}
