package fp8sim.kernel.simd.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SumTranspositionTest {
  private static final int SLOTS = 3 * TileShape.COLUMNS;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 17, 32})
  void rowsOfSumsBecomeColumnsWhereverTheyLie(int most) {
    int count = Math.min(most, TileShape.COLUMNS);
    int first = 4;
    int[] slotOf = new int[first + count];
    for (int p = 0; p < slotOf.length; p++) {
      slotOf[p] = 7 * p % SLOTS;
    }
    int to = SLOTS * TileShape.COLUMNS;
    float[] sums = new float[to + SumTransposition.floats()];
    for (int i = 0; i < to; i++) {
      sums[i] = i;
    }
    SumTransposition.transpose(sums, slotOf, first, count, to);
    for (int f = 0; f < TileShape.COLUMNS; f++) {
      for (int p = 0; p < count; p++) {
        float sum = slotOf[first + p] * TileShape.COLUMNS + f;
        assertThat(sums[to + f * TileShape.COLUMNS + p]).isEqualTo(sum);
      }
    }
  }
}
