package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of one float32 argument. */
abstract class UnaryContract extends KernelContract {
  /** Where exponentials overflow, underflow and become subnormal, and tanh changes its method. */
  private static final float[] BORDERS = {
    0.625f, 0.921875f, 4f, 88.7f, 88.8f, -87f, -100f, -103.9f, -104f,
  };

  private final RandomTensors random = new RandomTensors(5);

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"BITWISE_NOT", "IS_INF", "IS_NAN", "NOT"})
  void functions(UnaryFunction function) {
    Op.Unary op = new Op.Unary(function, 0.3f, 0.7f);
    for (double range : new double[] {1, 10, 110}) {
      check(op, Shape.of(3, 677), random.uniform(-range, range, 3, 677));
    }
    for (float[] values : new float[][] {RandomTensors.SPECIALS, BORDERS}) {
      Shape shape = Shape.of(values.length);
      check(op, shape, Tensor.ofFloats(shape, values));
    }
  }

  /** Lengths around a vector and around the parts that workers take. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 7, 8, 9, 15, 16, 17, 31, 33, 16383, 16384, 16385, 50000})
  void lengths(int length) {
    check(new Op.Unary(UnaryFunction.SIGMOID), Shape.of(length), random.normal(length));
  }

  @Test
  void clip() {
    Tensor x = random.normal(3, 21);
    Tensor low = Tensor.ofFloats(Shape.SCALAR, -0.5f);
    Tensor high = Tensor.ofFloats(Shape.SCALAR, 1f);
    Shape shape = Shape.of(3, 21);
    check(r -> r.withConstants(1, 2), new Op.Clip(), shape, x, low, high);
    check(r -> r.withConstants(1), new Op.Clip(), shape, x, low);
    check(r -> r.withConstants(2), new Op.Clip(), shape, x, null, high);
  }

  @Test
  void computedLimits() {
    Tensor low = Tensor.ofFloats(Shape.SCALAR, -0.5f);
    Tensor high = Tensor.ofFloats(Shape.SCALAR, 1f);
    check(new Op.Clip(), Shape.of(3, 21), random.normal(3, 21), low, high);
  }
}
