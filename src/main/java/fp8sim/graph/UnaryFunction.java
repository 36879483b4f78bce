package fp8sim.graph;

/** Functions of one argument; {@code alpha} and {@code beta} are those of {@link Op.Unary}. */
public enum UnaryFunction {
  ABS("Abs"),
  ACOS("Acos"),
  ACOSH("Acosh"),
  ASIN("Asin"),
  ASINH("Asinh"),
  ATAN("Atan"),
  ATANH("Atanh"),
  BITWISE_NOT("BitwiseNot"),
  CEIL("Ceil"),
  /** max(0,x) + min(0, alpha*(exp(x/alpha)-1)). */
  CELU("Celu"),
  /**
   * A Clip with constant bounds, made by constant folding: {@code min(max(x, alpha), beta)}; NaN
   * stays.
   */
  CLAMP("Clip"),
  COS("Cos"),
  COSH("Cosh"),
  /** x >= 0 ? x : alpha*(exp(x)-1). */
  ELU("Elu"),
  ERF("Erf"),
  EXP("Exp"),
  FLOOR("Floor"),
  /** 0.5*x*(1+erf(x/sqrt(2))). */
  GELU("Gelu"),
  /** 0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3))). */
  GELU_TANH("Gelu"),
  /** max(0, min(1, alpha*x+beta)). */
  HARD_SIGMOID("HardSigmoid"),
  HARD_SWISH("HardSwish"),
  /** float to boolean: negative infinity if alpha is not 0, positive infinity if beta is not. */
  IS_INF("IsInf"),
  /** float to boolean. */
  IS_NAN("IsNaN"),
  /** x >= 0 ? x : alpha*x. */
  LEAKY_RELU("LeakyRelu"),
  LOG("Log"),
  MISH("Mish"),
  NEG("Neg"),
  /** Logical, of booleans. */
  NOT("Not"),
  RECIPROCAL("Reciprocal"),
  RELU("Relu"),
  /** To the nearest integer, ties to even. */
  ROUND("Round"),
  /** beta*(x > 0 ? x : alpha*(exp(x)-1)); beta is ONNX's gamma. */
  SELU("Selu"),
  /** {@code alpha * x}: a Mul by a constant scalar. */
  SCALE("Mul"),
  /** x < -alpha ? x + beta : x > alpha ? x - beta : 0; alpha is ONNX's lambd, beta its bias. */
  SHRINK("Shrink"),
  SIGMOID("Sigmoid"),
  SIGN("Sign"),
  /** x * sigmoid(x); {@code Swish} in newer opsets, a pattern in older ones. */
  SILU("Silu"),
  SIN("Sin"),
  SINH("Sinh"),
  SOFTPLUS("Softplus"),
  SOFTSIGN("Softsign"),
  SQRT("Sqrt"),
  TAN("Tan"),
  TANH("Tanh"),
  /** x > alpha ? x : 0. */
  THRESHOLDED_RELU("ThresholdedRelu");

  private final String onnxName;

  UnaryFunction(String onnxName) {
    this.onnxName = onnxName;
  }

  public String onnxName() {
    return onnxName;
  }
}
