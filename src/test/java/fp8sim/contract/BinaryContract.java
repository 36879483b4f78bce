package fp8sim.contract;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.plan.Epilogue;
import fp8sim.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of two float32 arguments. */
abstract class BinaryContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(6);

  @ParameterizedTest
  @EnumSource(names = {"ADD", "SUB", "MUL", "DIV", "MAX", "MIN", "MOD", "POW", "PRELU"})
  void broadcasting(BinaryFunction function) {
    Op.Binary op = new Op.Binary(function);
    int[][][] shapes = {
      {{2, 3, 5, 7}, {2, 3, 5, 7}},
      {{2, 3, 5, 7}, {3, 1, 1}},
      {{2, 3, 5, 7}, {1, 3, 1, 1}},
      {{2, 3, 5, 7}, {7}},
      {{2, 3, 5, 7}, {5, 7}},
      {{2, 3, 5, 7}, {2, 3, 5, 1}},
      {{2, 3, 5, 7}, {1}},
      {{2, 3, 5, 7}, {}},
      {{7}, {2, 3, 5, 7}},
      {{2, 1, 5, 1}, {1, 3, 1, 7}},
      {{1, 33}, {33}},
      {{5, 1}, {1, 33}},
      {{3, 1, 5}, {1, 2, 5}},
      {{}, {}},
    };
    for (int[][] pair : shapes) {
      Shape a = Shape.of(pair[0]);
      Shape b = Shape.of(pair[1]);
      check(op, broadcast(a, b), random.normal(pair[0]), random.normal(pair[1]));
    }
  }

  @Test
  void longRows() {
    Op.Binary add = new Op.Binary(BinaryFunction.ADD);
    check(add, Shape.of(40001), random.normal(40001), random.normal(40001));
    check(add, Shape.of(3, 20001), random.normal(3, 20001), random.normal(3, 1));
  }

  @Test
  void activations() {
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Epilogue gelu = new Epilogue.Activation(new Op.Unary(UnaryFunction.GELU));
    check(
        r -> r.withEpilogue(relu, gelu),
        new Op.Binary(BinaryFunction.ADD),
        Shape.of(3, 21),
        random.normal(3, 21),
        random.normal(21));
  }

  private static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int left = i <= a.rank() ? a.dim(-i) : 1;
      int right = i <= b.rank() ? b.dim(-i) : 1;
      dims[rank - i] = Math.max(left, right);
    }
    return Shape.of(dims);
  }
}
