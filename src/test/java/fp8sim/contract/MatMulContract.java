package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.plan.Epilogue;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MatMul of two computed operands. */
abstract class MatMulContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(3);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "3, 5, 7, 9",
    "2, 17, 64, 17",
    "4, 6, 33, 16",
    "1, 197, 40, 197",
    "2, 49, 321, 32",
    "1, 7, 700, 130",
    "5, 2, 8, 31",
  })
  void sizes(int batch, int m, int k, int n) {
    Shape shape = Shape.of(batch, m, n);
    check(new Op.MatMul(false), shape, random.normal(batch, m, k), random.normal(batch, k, n));
    check(new Op.MatMul(true), shape, random.normal(batch, m, k), random.normal(batch, n, k));
  }

  @Test
  void broadcasting() {
    Op.MatMul op = new Op.MatMul(false);
    Shape shape = Shape.of(2, 3, 5, 7);
    check(op, shape, random.normal(2, 3, 5, 9), random.normal(1, 3, 9, 7));
    check(op, shape, random.normal(2, 1, 5, 9), random.normal(3, 9, 7));
    check(op, shape, random.normal(3, 5, 9), random.normal(2, 1, 9, 7));
    check(op, shape, random.normal(5, 9), random.normal(2, 3, 9, 7));
  }

  @Test
  void vectors() {
    Op.MatMul op = new Op.MatMul(false);
    check(op, Shape.of(7), random.normal(9), random.normal(9, 7));
    check(op, Shape.of(2, 5), random.normal(2, 5, 9), random.normal(9));
    check(op, Shape.SCALAR, random.normal(9), random.normal(9));
  }

  @Test
  void scaledScores() {
    Epilogue scale = new Epilogue.Activation(new Op.Unary(UnaryFunction.SCALE, 0.125f, 0f));
    Tensor mask = random.normal(3, 17, 17);
    check(
        r -> r.withEpilogue(scale).withResidual(mask),
        new Op.MatMul(true),
        Shape.of(3, 17, 17),
        random.normal(3, 17, 8),
        random.normal(3, 17, 8));
  }
}
