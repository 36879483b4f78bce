package fp8sim.kernel.reference;

import fp8sim.format.BFloat16;
import fp8sim.tensor.DataType;

/**
 * Rounds the steps of a formula to a type of 16 bits, as arrays of that type are computed with. Of
 * other types it changes nothing.
 */
enum HalfArithmetic {
  NONE,
  FLOAT16,
  BFLOAT16;

  static HalfArithmetic of(DataType type) {
    return switch (type) {
      case FLOAT16 -> FLOAT16;
      case BFLOAT16 -> BFLOAT16;
      default -> NONE;
    };
  }

  double round(double x) {
    return switch (this) {
      case NONE -> x;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) x));
      case BFLOAT16 -> BFloat16.toFloat(BFloat16.fromFloat((float) x));
    };
  }

  /** The sum: of float16 rounded once, of bfloat16 after every term, in order. */
  double sum(double[] x, Arithmetic arithmetic) {
    if (this != BFLOAT16) {
      return round(arithmetic.sum(x));
    }
    double sum = 0;
    for (double term : x) {
      sum = round(sum + term);
    }
    return sum;
  }
}
