package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Softmax and LogSoftmax. */
abstract class SoftmaxContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(7);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 197, 1000})
  void lastAxis(int size) {
    Tensor x = random.uniform(-20, 20, 5, size);
    check(new Op.Softmax(-1, false, false), Shape.of(5, size), x);
    check(new Op.Softmax(1, false, true), Shape.of(5, size), x);
  }

  @Test
  void otherAxes() {
    Tensor x = random.normal(2, 3, 4, 5);
    check(new Op.Softmax(1, false, false), Shape.of(2, 3, 4, 5), x);
    check(new Op.Softmax(1, true, false), Shape.of(2, 3, 4, 5), x);
  }

  @Test
  void infinities() {
    float no = Float.NEGATIVE_INFINITY;
    Tensor x =
        Tensor.ofFloats(
            Shape.of(2, 9), 1, no, 2, no, no, 3, 0, no, 1, no, no, no, no, no, no, no, no, no);
    check(new Op.Softmax(-1, false, false), Shape.of(2, 9), x);
  }
}
