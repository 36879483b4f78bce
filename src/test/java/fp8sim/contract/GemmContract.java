package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gemm, and MatMul with a constant right operand. */
abstract class GemmContract extends KernelContract {
  private static final Op.Gemm PLAIN = new Op.Gemm(1f, 1f, false, false);

  private final RandomTensors random = new RandomTensors(2);

  /** Sizes m, k, n around tiles of 6 rows and of 8, 16 and 32 columns, and ranges of k. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 100, 10",
    "2, 3, 15",
    "3, 64, 16",
    "4, 5, 17",
    "5, 33, 31",
    "6, 7, 32",
    "7, 320, 33",
    "8, 321, 47",
    "9, 640, 8",
    "10, 641, 9",
    "11, 50, 129",
    "13, 1000, 65",
    "197, 30, 20",
    "200, 700, 40",
  })
  void sizes(int m, int k, int n) {
    Tensor a = random.normal(m, k);
    Tensor c = random.normal(n);
    Shape shape = Shape.of(m, n);
    check(r -> r.withConstants(1, 2), PLAIN, shape, a, random.normal(k, n), c);
    Op.Gemm transposed = new Op.Gemm(1f, 1f, false, true);
    check(r -> r.withConstants(1, 2), transposed, shape, a, random.normal(n, k), c);
    check(r -> r.withConstants(1), new Op.MatMul(false), shape, a, random.normal(k, n));
  }

  @Test
  void scales() {
    Tensor a = random.normal(7, 9);
    Tensor b = random.normal(9, 21);
    Shape shape = Shape.of(7, 21);
    for (float beta : new float[] {0f, 1f, -0.3f}) {
      Op.Gemm op = new Op.Gemm(0.7f, beta, false, false);
      check(r -> r.withConstants(1), op, shape, a, b);
      check(r -> r.withConstants(1, 2), op, shape, a, b, random.normal(21));
      check(r -> r.withConstants(1, 2), op, shape, a, b, random.normal(1, 21));
      check(r -> r.withConstants(1, 2), op, shape, a, b, random.normal(1));
      check(r -> r.withConstants(1, 2), op, shape, a, b, random.normal(7, 21));
      check(r -> r.withConstants(1, 2), op, shape, a, b, random.normal(7, 1));
    }
  }

  @Test
  void transposedLeft() {
    Op.Gemm op = new Op.Gemm(1f, 1f, true, false);
    check(r -> r.withConstants(1), op, Shape.of(7, 21), random.normal(9, 7), random.normal(9, 21));
  }

  @Test
  void computedOperands() {
    check(PLAIN, Shape.of(7, 21), random.normal(7, 9), random.normal(9, 21));
  }

  @Test
  void computedAddends() {
    Tensor a = random.normal(7, 9);
    Tensor b = random.normal(9, 21);
    for (float beta : new float[] {0f, 1f, -0.3f}) {
      Op.Gemm op = new Op.Gemm(0.7f, beta, false, false);
      check(r -> r.withConstants(1), op, Shape.of(7, 21), a, b, random.normal(21));
      check(op, Shape.of(7, 21), a, b, random.normal(7, 21));
    }
  }

  @Test
  void batches() {
    Tensor a = random.normal(2, 3, 7, 9);
    Op.MatMul op = new Op.MatMul(false);
    check(r -> r.withConstants(1), op, Shape.of(2, 3, 7, 21), a, random.normal(9, 21));
    check(r -> r.withConstants(1), op, Shape.of(2, 3, 7, 5), a, random.normal(3, 9, 5));
    check(r -> r.withConstants(1), op, Shape.of(2, 3, 7), a, random.normal(9));
  }

  @Test
  void epilogues() {
    int n = 21;
    Tensor a = random.normal(2, 7, 9);
    Tensor b = random.normal(9, n);
    Tensor residual = random.normal(2, 7, n);
    Shape shape = Shape.of(2, 7, n);
    Epilogue bias = new Epilogue.Bias(2, new Operand.Constant(random.normal(n)));
    Epilogue affine =
        new Epilogue.Affine(
            2,
            new Operand.Constant(random.normal(n)),
            new Operand.Constant(random.normal(n)),
            floatMaths().contains(FloatMath.FUSED));
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Epilogue gelu = new Epilogue.Activation(new Op.Unary(UnaryFunction.GELU));
    Epilogue scale = new Epilogue.Activation(new Op.Unary(UnaryFunction.SCALE, 0.125f, 0f));
    Epilogue middle = new Epilogue.Bias(1, new Operand.Constant(random.normal(7)));
    for (List<Epilogue> chain :
        List.of(
            List.of(bias, gelu),
            List.of(bias),
            List.of(affine, relu),
            List.of(scale),
            List.of(bias, scale, relu),
            List.of(middle, relu))) {
      Epilogue[] stages = chain.toArray(new Epilogue[0]);
      check(r -> r.withConstants(1).withEpilogue(stages), new Op.MatMul(false), shape, a, b);
      check(
          r -> r.withConstants(1).withEpilogue(stages).withResidual(residual),
          new Op.MatMul(false),
          shape,
          a,
          b);
    }
  }
}
