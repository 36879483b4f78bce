package fp8sim.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StridesTest {
  @Test
  void axesOfSizeOneAndMissingAxesAreRepeated() {
    assertThat(Strides.broadcast(Shape.of(3, 1), Shape.of(2, 3, 4))).containsExactly(0, 1, 0);
    assertThat(Strides.repeated(Shape.of(3, 1), Shape.of(2, 3, 2)))
        .containsExactly(0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2);
    assertThat(Strides.repeated(Shape.SCALAR, Shape.of(3))).containsExactly(0, 0, 0);
    assertThat(Strides.repeated(Shape.SCALAR, Shape.SCALAR)).containsExactly(0);
  }

  @Test
  void positionsAreInRowMajorOrder() {
    int[] dims = {2, 3, 4};
    int[] strides = {5, -2, 7};
    int[] positions = Strides.positions(dims, strides, 100);
    assertThat(positions).hasSize(24);
    for (int i = 0; i < positions.length; i++) {
      int expected = 100 + i / 12 * 5 - i / 4 % 3 * 2 + i % 4 * 7;
      assertThat(positions[i]).isEqualTo(expected);
    }
    assertThat(Strides.positions(new int[] {2, 0, 3}, strides, 1)).isEmpty();
    assertThat(Strides.positions(new int[0], new int[0], 9)).containsExactly(9);
  }

  @Test
  void gridsHaveHoles() {
    int[][] indices = {{1, -1}, {2, 0, -1}};
    assertThat(Strides.grid(indices, new int[] {10, 1})).containsExactly(12, 10, -1, -1, -1, -1);
  }
}
