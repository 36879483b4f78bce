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
      case FMOD -> (a, b) -> a % b;
      case MOD -> FloatBinary::modulo;
      case POW -> FloatBinary::pow;
      case PRELU -> (a, b) -> a >= 0f ? a : b * a;
      case BITWISE_AND, BITWISE_OR, BITWISE_XOR, BIT_SHIFT_LEFT, BIT_SHIFT_RIGHT ->
          throw new IllegalArgumentException(function.onnxName() + " is for integers");
      case AND, EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, OR, XOR ->
          throw new IllegalArgumentException(function.onnxName() + " has boolean results");
    };
  }

  /** The remainder with the sign of the divisor, zero too; NaN if the divisor is 0. */
  private static float modulo(float a, float b) {
    float remainder = a % b;
    if (remainder == 0) {
      return Math.copySign(0f, b);
    }
    return remainder < 0 != b < 0 ? remainder + b : remainder;
  }

  /** {@code a^b}: squares and cubes by multiplication, others rounded from StrictMath's double. */
  private static float pow(float a, float b) {
    if (b == 2f) {
      return a * a;
    }
    return b == 3f ? a * a * a : (float) StrictMath.pow(a, b);
  }
}
