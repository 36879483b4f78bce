package fp8sim.kernel.reference;

import fp8sim.graph.BinaryFunction;

/** A float32 function of two arguments; every operation rounds to float32. */
@FunctionalInterface
public interface FloatBinary {
  float apply(float a, float b);

  /**
   * The function that an operator applies.
   *
   * @throws IllegalArgumentException for functions whose results are booleans
   */
  static FloatBinary of(BinaryFunction function) {
    return switch (function) {
      case ADD -> (a, b) -> a + b;
      case SUB -> (a, b) -> a - b;
      case MUL -> (a, b) -> a * b;
      case DIV -> (a, b) -> a / b;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case MOD -> (a, b) -> a % b;
      case POW -> FloatBinary::pow;
      case PRELU -> (a, b) -> a >= 0f ? a : b * a;
      case AND, EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, OR, XOR ->
          throw new IllegalArgumentException(function.onnxName() + " has boolean results");
    };
  }

  /** {@code a^b}: squares and cubes by multiplication, others rounded from StrictMath's double. */
  private static float pow(float a, float b) {
    if (b == 2f) {
      return a * a;
    }
    return b == 3f ? a * a * a : (float) StrictMath.pow(a, b);
  }
}
