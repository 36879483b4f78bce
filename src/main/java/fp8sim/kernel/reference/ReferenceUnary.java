package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/** {@code y[i] = f(x[i])}. */
final class ReferenceUnary {
  private ReferenceUnary() {}

  static Executable bind(Step step, Binding binding) {
    Op.Unary op = (Op.Unary) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    if (op.function() == UnaryFunction.IS_NAN) {
      return parallel -> test(Double::isNaN, x, y);
    }
    if (op.function() == UnaryFunction.IS_INF) {
      return parallel ->
          test(v -> Double.isInfinite(v) && (v < 0 ? op.alpha() : op.beta()) != 0, x, y);
    }
    if (!x.type().isFloating()) {
      LongUnaryOperator function = ofLongs(op, x.type().isUnsigned());
      return parallel -> applyLongs(function, x, y);
    }
    if (x.type() == DataType.DOUBLE) {
      DoubleUnaryOperator function = DoubleFunctions.of(op);
      return parallel -> applyDoubles(function, x, y);
    }
    FloatUnary function = FloatUnary.of(op);
    return parallel -> applyFloats(function, x, y);
  }

  private static void test(DoublePredicate predicate, Tensor x, Tensor y) {
    double[] values = Values.doubles(x);
    long[] results = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      results[i] = predicate.test(values[i]) ? 1 : 0;
    }
    Values.store(y, results);
  }

  private static void applyFloats(FloatUnary function, Tensor x, Tensor y) {
    float[] values = Values.floats(x);
    for (int i = 0; i < values.length; i++) {
      values[i] = function.apply(values[i]);
    }
    Values.store(y, values);
  }

  private static void applyDoubles(DoubleUnaryOperator function, Tensor x, Tensor y) {
    double[] values = Values.doubles(x);
    for (int i = 0; i < values.length; i++) {
      values[i] = function.applyAsDouble(values[i]);
    }
    Values.store(y, values);
  }

  private static void applyLongs(LongUnaryOperator function, Tensor x, Tensor y) {
    long[] values = Values.longs(x);
    for (int i = 0; i < values.length; i++) {
      values[i] = function.applyAsLong(values[i]);
    }
    Values.store(y, values);
  }

  /** The functions that ONNX defines for integers and booleans. */
  private static LongUnaryOperator ofLongs(Op.Unary op, boolean unsigned) {
    return switch (op.function()) {
      case ABS -> unsigned ? x -> x : Math::abs;
      case BITWISE_NOT -> x -> ~x;
      case NEG -> x -> -x;
      case NOT -> x -> x ^ 1;
      case RELU -> unsigned ? x -> x : x -> Math.max(x, 0);
      case SHRINK -> x -> shrink(x, unsigned, op);
      case SIGN -> unsigned ? x -> x == 0 ? 0 : 1 : Long::signum;
      default -> throw new IllegalArgumentException(op.onnxName() + " is not defined for integers");
    };
  }

  /** In float32, truncated. */
  private static long shrink(long x, boolean unsigned, Op.Unary op) {
    float value = (float) Values.toDouble(x, unsigned ? DataType.UINT64 : DataType.INT64);
    float lambda = op.alpha();
    float bias = op.beta();
    float result = value < -lambda ? value + bias : value > lambda ? value - bias : 0;
    boolean top = unsigned && result >= 0x1p63f;
    return top ? (long) (result - 0x1p63f) ^ Long.MIN_VALUE : (long) result;
  }
}
