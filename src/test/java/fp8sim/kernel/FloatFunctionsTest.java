package fp8sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.reference.DoubleFunctions;
import fp8sim.kernel.reference.FloatUnary;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FloatFunctionsTest {
  /** What the unit of an error is: the ulp of the exact result, or of something larger. */
  private enum Unit {
    /** The result. */
    RESULT,
    /** The result, but at least 1: the function adds to 1 before it takes a logarithm. */
    ONE,
    /** The argument: the function multiplies it by a sum that cancels. */
    ARGUMENT
  }

  /** The largest error of each function, in its unit. */
  enum Budget {
    EXP(UnaryFunction.EXP, 1.0, Unit.RESULT),
    LOG(UnaryFunction.LOG, 0.8, Unit.RESULT),
    TANH(UnaryFunction.TANH, 1.4, Unit.RESULT),
    ERF(UnaryFunction.ERF, 1.2, Unit.RESULT),
    SIGMOID(UnaryFunction.SIGMOID, 2.5, Unit.RESULT),
    SILU(UnaryFunction.SILU, 1.5, Unit.ARGUMENT),
    GELU(UnaryFunction.GELU, 1.5, Unit.ARGUMENT),
    GELU_TANH(UnaryFunction.GELU_TANH, 1.5, Unit.ARGUMENT),
    SOFTPLUS(UnaryFunction.SOFTPLUS, 1.2, Unit.ONE),
    MISH(UnaryFunction.MISH, 2.0, Unit.ARGUMENT),
    HARD_SWISH(UnaryFunction.HARD_SWISH, 1.3, Unit.ARGUMENT);

    private final FloatUnary function;
    private final DoubleUnaryOperator oracle;
    private final double ulps;
    private final Unit unit;

    Budget(UnaryFunction name, double ulps, Unit unit) {
      this.function = FloatUnary.of(new Op.Unary(name));
      this.oracle = DoubleFunctions.of(new Op.Unary(name));
      this.ulps = ulps;
      this.unit = unit;
    }

    /** Distance of the function's value from the exact one. */
    double error(float x) {
      double exact = oracle.applyAsDouble(x);
      float value = function.apply(x);
      // Where 1 / (1 + e^-x) overflows inside, 0 stands for a subnormal result.
      if (this == SIGMOID && x < -FloatFunctions.EXP_MAX) {
        return value / Float.MIN_VALUE;
      }
      if ((Float.isNaN(value) && Double.isNaN(exact)) || value == (float) exact) {
        return 0;
      }
      double size =
          switch (unit) {
            case RESULT -> 0;
            case ONE -> 1;
            case ARGUMENT -> Math.max(Math.abs(x), Float.MIN_NORMAL);
          };
      return Math.abs(value - exact) / Math.ulp((float) Math.max(Math.abs(exact), size));
    }
  }

  /** A prime, so that all bits of the significand vary; about a million arguments. */
  private static final int STEP = 4099;

  @ParameterizedTest
  @EnumSource
  void errorIsWithinItsBudgetOverTheWholeRange(Budget budget) {
    double worst = 0;
    float at = 0;
    for (long bits = 0; bits < 1L << 32; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      if (Float.isFinite(x)) {
        double error = budget.error(x);
        if (!(error <= worst)) {
          worst = error;
          at = x;
        }
      }
    }
    assertThat(worst).as("error of %s at %s", budget, at).isLessThanOrEqualTo(budget.ulps);
  }

  @ParameterizedTest
  @CsvSource({
    "EXP, Infinity, 0",
    "LOG, Infinity, NaN",
    "TANH, 1, -1",
    "ERF, 1, -1",
    "SIGMOID, 1, 0",
    "SILU, Infinity, NaN",
    "SOFTPLUS, Infinity, 0",
    "RELU, Infinity, 0"
  })
  void infinitiesAndNan(UnaryFunction name, float atInfinity, float atMinusInfinity) {
    FloatUnary function = FloatUnary.of(new Op.Unary(name));
    assertThat(function.apply(Float.POSITIVE_INFINITY)).isEqualTo((Float) atInfinity);
    assertThat(function.apply(Float.NEGATIVE_INFINITY)).isEqualTo((Float) atMinusInfinity);
    assertThat(function.apply(Float.NaN)).isNaN();
  }

  @Test
  void exponentialIsMonotoneAcrossItsReductions() {
    float previous = 0;
    for (float x = -104f; x < 89f; x += 0x1p-12f) {
      float y = FloatFunctions.exp(x);
      assertThat(y).as("exp(%s)", x).isGreaterThanOrEqualTo(previous);
      previous = y;
    }
  }

  @Test
  void exponentialOverflowsAndUnderflowsWhereFloat32Does() {
    assertThat(FloatFunctions.exp(Math.nextDown(FloatFunctions.EXP_MAX))).isFinite();
    assertThat(FloatFunctions.exp(FloatFunctions.EXP_MAX)).isInfinite();
    assertThat(FloatFunctions.exp(Math.nextUp(FloatFunctions.EXP_MIN))).isEqualTo(Float.MIN_VALUE);
    assertThat(FloatFunctions.exp(FloatFunctions.EXP_MIN)).isZero();
  }

  @Test
  void logarithmOfEdges() {
    assertThat(FloatFunctions.log(1f)).isZero();
    assertThat(FloatFunctions.log(0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(FloatFunctions.log(-1f)).isNaN();
    assertThat((double) FloatFunctions.log(Float.MIN_VALUE)).isCloseTo(-103.27893, offset(1e-5));
  }
}
