package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimdMovementTest extends MovementContract {
  private final RandomTensors random = new RandomTensors(11);

  @Override
  KernelSet kernels() {
    return SimdKernels.set();
  }

  @Test
  void gatherOfRows() {
    for (Shape shape : List.of(Shape.of(3, 4, 5), Shape.of(2, 9, 2), Shape.of(5, 33))) {
      for (int axis = -1; axis < shape.rank(); axis++) {
        int from = axis < 0 ? shape.rank() - 1 : axis;
        Tensor x = random.normal(shape.dims());
        gather(x, axis, shape.with(from, 3), Tensor.ofLongs(Shape.of(3), 1, -1, 0));
        Tensor four = Tensor.ofLongs(Shape.of(4), 0, -2, 1, 1);
        gather(x, axis, shape.with(from, 4), four);
      }
    }
    Tensor x = random.normal(3, 4, 5);
    gather(x, 0, Shape.of(4, 5), Tensor.ofLongs(Shape.SCALAR, -1));
    gather(x, 1, Shape.of(3, 2, 2, 5), Tensor.ofLongs(Shape.of(2, 2), 3, 0, 1, 2));
    gather(x, 1, Shape.of(3, 0, 5), Tensor.ofLongs(Shape.of(0)));
  }

  @Test
  void gatherOutsideTheAxisIsRefusedWhenItRuns() {
    Tensor index = Tensor.ofLongs(Shape.SCALAR, 3);
    StepRunner runner = StepRunner.of(kernels()).withConstants(1);
    assertThatThrownBy(() -> runner.run(new Op.Gather(0), Shape.of(4), random.normal(3, 4), index))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("index 3 is outside an axis of 3");
  }

  private void gather(Tensor x, int axis, Shape output, Tensor indices) {
    check(runner -> runner.withConstants(1), new Op.Gather(axis), output, x, indices);
  }
}
