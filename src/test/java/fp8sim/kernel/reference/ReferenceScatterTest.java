package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.graph.ScatterReduction;
import fp8sim.kernel.StepRunner;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ReferenceScatterTest {
  private static final Tensor X = Tensor.ofFloats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);

  @Test
  void writesSlicesTheLastOfEqualIndicesWinning() {
    Tensor indices = Tensor.ofLongs(Shape.of(3, 1), 2, 0, -1);
    Tensor updates = Tensor.ofFloats(Shape.of(3, 2), 10, 11, 12, 13, 14, 15);

    Tensor y =
        StepRunner.of(ReferenceKernels.set())
            .run(new Op.ScatterND(ScatterReduction.NONE), Shape.of(3, 2), X, indices, updates);

    assertThat(y.toFloats()).containsExactly(12, 13, 3, 4, 14, 15);
  }

  @Test
  void refusesAnIndexOutside() {
    Tensor indices = Tensor.ofLongs(Shape.of(1, 2), 0, 2);
    Tensor updates = Tensor.ofFloats(Shape.of(1), 9);

    assertThatThrownBy(
            () ->
                StepRunner.of(ReferenceKernels.set())
                    .run(
                        new Op.ScatterND(ScatterReduction.NONE),
                        Shape.of(3, 2),
                        X,
                        indices,
                        updates))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("index 2 is outside an axis of 2");
  }
}
