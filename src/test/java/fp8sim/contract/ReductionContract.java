package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reductions. */
abstract class ReductionContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(9);

  @ParameterizedTest
  @EnumSource
  void functions(ReduceFunction function) {
    Op.Reduce op = new Op.Reduce(function, true, false);
    Tensor x = random.uniform(0.1, 2, 2, 3, 5, 7);
    check(r -> r.withConstants(1), op, Shape.of(2, 3, 1, 1), x, Tensor.ofLongs(Shape.of(2), 2, 3));
    check(r -> r.withConstants(1), op, Shape.of(2, 1, 1, 7), x, Tensor.ofLongs(Shape.of(2), 1, 2));
    check(op, Shape.of(1, 1, 1, 1), x);
  }

  @ParameterizedTest
  @EnumSource
  void axesApart(ReduceFunction function) {
    check(
        r -> r.withConstants(1),
        new Op.Reduce(function, true, false),
        Shape.of(2, 1, 5, 1),
        random.uniform(0.1, 2, 2, 3, 5, 7),
        Tensor.ofLongs(Shape.of(2), 1, 3));
  }

  @Test
  void means() {
    Op.Reduce op = new Op.Reduce(ReduceFunction.MEAN, false, false);
    Tensor x = random.normal(4, 6, 49);
    check(r -> r.withConstants(1), op, Shape.of(4, 6), x, Tensor.ofLongs(Shape.of(1), -1));
    check(r -> r.withConstants(1), op, Shape.of(4, 49), x, Tensor.ofLongs(Shape.of(1), 1));
    check(r -> r.withConstants(1), op, Shape.of(4), x, Tensor.ofLongs(Shape.of(2), -1, 1));
  }

  @Test
  void computedAxes() {
    Op.Reduce op = new Op.Reduce(ReduceFunction.MEAN, false, false);
    check(op, Shape.of(4), random.normal(4, 6, 49), Tensor.ofLongs(Shape.of(2), 1, 2));
  }
}
