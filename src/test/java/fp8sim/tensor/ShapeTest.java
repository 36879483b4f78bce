package fp8sim.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void countsElementsAndStrides() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.elements()).isEqualTo(24);
    assertThat(shape.elements(1, 3)).isEqualTo(12);
    assertThat(shape.elements(2, 2)).isEqualTo(1);
    assertThat(shape.strides()).containsExactly(12, 4, 1);
    assertThat(Shape.SCALAR.elements()).isEqualTo(1);
    assertThat(Shape.SCALAR.strides()).isEmpty();
    assertThat(Shape.of(5, 0, 7).elements()).isZero();
  }

  @Test
  void negativeAxesCountFromTheEnd() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.dim(-1)).isEqualTo(4);
    assertThat(shape.dim(0)).isEqualTo(2);
    assertThat(shape.with(-2, 9)).isEqualTo(Shape.of(2, 9, 4));
    assertThat(shape.stacked(5)).isEqualTo(Shape.of(5, 2, 3, 4));
  }

  @Test
  void doesNotShareItsDimensions() {
    int[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 7;
    shape.dims()[1] = 7;
    assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(shape).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
    assertThat(shape).hasToString("2x3");
    assertThat(Shape.SCALAR).hasToString("scalar");
  }

  @Test
  void refusesWhatCannotBeIndexed() {
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1 << 16, 1 << 15));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(new long[] {1L << 32}));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(new int[Shape.MAX_RANK + 1]));
    assertThat(Shape.of(new int[Shape.MAX_RANK]).rank()).isEqualTo(Shape.MAX_RANK);
    assertThat(Shape.of(Integer.MAX_VALUE).elements()).isEqualTo(Integer.MAX_VALUE);
    assertThat(Shape.of(new long[] {3, 4})).isEqualTo(Shape.of(3, 4));
  }
}
