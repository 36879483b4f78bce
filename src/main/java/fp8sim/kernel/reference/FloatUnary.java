package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.FloatFunctions;

/**
 * A float32 function of one argument. Every operation rounds to float32; functions that {@link
 * FloatFunctions} lacks are rounded from {@link StrictMath}'s double.
 */
@FunctionalInterface
public interface FloatUnary {
  float apply(float x);

  /**
   * The function that an operator applies.
   *
   * @throws IllegalArgumentException for functions of other results than numbers, or of integers
   */
  static FloatUnary of(Op.Unary op) {
    float alpha = op.alpha();
    float beta = op.beta();
    return switch (op.function()) {
      case ABS -> Math::abs;
      case ACOS -> x -> (float) StrictMath.acos(x);
      case ACOSH -> x -> (float) DoubleFunctions.acosh(x);
      case ASIN -> x -> (float) StrictMath.asin(x);
      case ASINH -> x -> (float) DoubleFunctions.asinh(x);
      case ATAN -> x -> (float) StrictMath.atan(x);
      case ATANH -> x -> (float) DoubleFunctions.atanh(x);
      case CEIL -> x -> (float) Math.ceil(x);
      case CELU ->
          x -> Math.max(0f, x) + Math.min(0f, alpha * (FloatFunctions.exp(x / alpha) - 1f));
      case CLAMP -> x -> Math.min(Math.max(x, alpha), beta);
      case COS -> x -> (float) StrictMath.cos(x);
      case COSH -> x -> (float) StrictMath.cosh(x);
      case ELU -> x -> x >= 0f ? x : alpha * (FloatFunctions.exp(x) - 1f);
      case ERF -> FloatFunctions::erf;
      case EXP -> FloatFunctions::exp;
      case FLOOR -> x -> (float) Math.floor(x);
      case GELU -> FloatFunctions::gelu;
      case GELU_TANH -> FloatFunctions::geluTanh;
      case HARD_SIGMOID -> x -> Math.max(0f, Math.min(1f, alpha * x + beta));
      case HARD_SWISH -> FloatFunctions::hardSwish;
      case LEAKY_RELU -> x -> x >= 0f ? x : alpha * x;
      case LOG -> FloatFunctions::log;
      case MISH -> FloatFunctions::mish;
      case NEG -> x -> -x;
      case RECIPROCAL -> x -> 1f / x;
      case RELU -> x -> Math.max(x, 0f);
      case ROUND -> x -> (float) Math.rint(x);
      case SCALE -> x -> alpha * x;
      case SELU -> x -> beta * (x > 0f ? x : alpha * (FloatFunctions.exp(x) - 1f));
      case SHRINK -> x -> x < -alpha ? x + beta : x > alpha ? x - beta : 0f;
      case SIGMOID -> FloatFunctions::sigmoid;
      case SIGN -> Math::signum;
      case SILU -> FloatFunctions::silu;
      case SIN -> x -> (float) StrictMath.sin(x);
      case SINH -> x -> (float) StrictMath.sinh(x);
      case SOFTPLUS -> FloatFunctions::softplus;
      case SOFTSIGN -> x -> x / (1f + Math.abs(x));
      case SQRT -> x -> (float) Math.sqrt(x);
      case TAN -> x -> (float) StrictMath.tan(x);
      case TANH -> FloatFunctions::tanh;
      case THRESHOLDED_RELU -> x -> x > alpha ? x : 0f;
      case BITWISE_NOT, IS_INF, IS_NAN, NOT ->
          throw new IllegalArgumentException(op.onnxName() + " is not a float32 function");
    };
  }
}
