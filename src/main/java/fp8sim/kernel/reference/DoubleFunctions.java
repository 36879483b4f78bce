package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import java.util.function.DoubleUnaryOperator;

/** The functions of one argument in double. */
public final class DoubleFunctions {
  private static final double SQRT_2_OVER_PI = 0.7978845608028654;
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  private DoubleFunctions() {}

  /** The function that an operator applies; those of booleans or integers are refused. */
  public static DoubleUnaryOperator of(Op.Unary op) {
    double alpha = op.alpha();
    double beta = op.beta();
    return switch (op.function()) {
      case ABS -> Math::abs;
      case ACOS -> StrictMath::acos;
      case ACOSH -> DoubleFunctions::acosh;
      case ASIN -> StrictMath::asin;
      case ASINH -> DoubleFunctions::asinh;
      case ATAN -> StrictMath::atan;
      case ATANH -> DoubleFunctions::atanh;
      case CEIL -> Math::ceil;
      case CELU -> x -> Math.max(0, x) + Math.min(0, alpha * StrictMath.expm1(x / alpha));
      case CLAMP -> x -> Math.min(Math.max(x, alpha), beta);
      case COS -> StrictMath::cos;
      case COSH -> StrictMath::cosh;
      case ELU -> x -> x >= 0 ? x : alpha * StrictMath.expm1(x);
      case ERF -> DoubleFunctions::erf;
      case EXP -> StrictMath::exp;
      case FLOOR -> Math::floor;
      case GELU -> x -> 0.5 * x * (1 + erf(x * Math.sqrt(0.5)));
      case GELU_TANH ->
          x -> 0.5 * x * (1 + StrictMath.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
      case HARD_SIGMOID -> x -> Math.max(0, Math.min(1, alpha * x + beta));
      case HARD_SWISH -> x -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
      case LEAKY_RELU -> x -> x >= 0 ? x : alpha * x;
      case LOG -> StrictMath::log;
      case MISH -> x -> x * StrictMath.tanh(softplus(x));
      case NEG -> x -> -x;
      case RECIPROCAL -> x -> 1 / x;
      case RELU -> x -> Math.max(x, 0);
      case ROUND -> Math::rint;
      case SCALE -> x -> alpha * x;
      case SELU -> x -> beta * (x > 0 ? x : alpha * StrictMath.expm1(x));
      case SHRINK -> x -> x < -alpha ? x + beta : x > alpha ? x - beta : 0;
      case SIGMOID -> x -> 1 / (1 + StrictMath.exp(-x));
      case SIGN -> Math::signum;
      case SILU -> x -> x / (1 + StrictMath.exp(-x));
      case SIN -> StrictMath::sin;
      case SINH -> StrictMath::sinh;
      case SOFTPLUS -> DoubleFunctions::softplus;
      case SOFTSIGN -> x -> x / (1 + Math.abs(x));
      case SQRT -> Math::sqrt;
      case TAN -> StrictMath::tan;
      case TANH -> StrictMath::tanh;
      case THRESHOLDED_RELU -> x -> x > alpha ? x : 0;
      case BITWISE_NOT, IS_INF, IS_NAN, NOT ->
          throw new IllegalArgumentException(op.onnxName() + " is not a float64 function");
    };
  }

  static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  static double asinh(double x) {
    double a = Math.abs(x);
    if (a > 0x1p28) {
      return Math.copySign(StrictMath.log(a) + StrictMath.log(2), x);
    }
    double square = a * a;
    return Math.copySign(StrictMath.log1p(a + square / (1 + Math.sqrt(1 + square))), x);
  }

  static double acosh(double x) {
    if (x > 0x1p28) {
      return StrictMath.log(x) + StrictMath.log(2);
    }
    if (x < 1) {
      return Double.NaN; // the square below may overflow
    }
    double t = x - 1;
    return StrictMath.log1p(t + Math.sqrt(2 * t + t * t));
  }

  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * StrictMath.log1p(2 * a / (1 - a)), x);
  }

  /**
   * The error function: its Taylor series below 2.5, the continued fraction of erfc above
   * (Abramowitz and Stegun 7.1.6 and 7.1.14).
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x) || a > 6) {
      return Double.isNaN(x) ? x : Math.copySign(1, x);
    }
    return a < 2.5 ? erfSeries(x) : Math.copySign(1 - erfcFraction(a), x);
  }

  /** {@code 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1*3*..*(2n+1))}: all terms of one sign. */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-56; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_SQRT_PI * StrictMath.exp(-x * x) * sum;
  }

  /** {@code e^(-x^2) / sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...))))}. */
  private static double erfcFraction(double x) {
    double fraction = x;
    for (int n = 80; n >= 1; n--) {
      fraction = x + n * 0.5 / fraction;
    }
    return StrictMath.exp(-x * x) * TWO_OVER_SQRT_PI / (2 * fraction);
  }
}
