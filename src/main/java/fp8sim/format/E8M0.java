package fp8sim.format;

/**
 * Powers of two from 2^-127 to 2^127 by their biased exponent: the scale of OCP's MX formats, and
 * ONNX's {@code FLOAT8E8M0}. Code {@code c} is {@code 2^(c-127)}; 255 is NaN. There is neither a
 * sign nor a zero.
 */
public final class E8M0 {
  public static final int BIAS = 127;

  /** The only code that is no number. */
  public static final byte NAN = (byte) 0xFF;

  private static final double LEAST = 0x1p-127;
  private static final double GREATEST = 0x1p127;

  /** How a number between two powers of two is rounded; named as ONNX's {@code round_mode}. */
  public enum RoundMode {
    /** Away from zero. */
    UP,
    /** Toward zero. */
    DOWN,
    /** To the nearer one, ties up. */
    NEAREST
  }

  private E8M0() {}

  /** The value of a code, exactly. */
  public static float toFloat(byte code) {
    return code == NAN ? Float.NaN : Math.scalb(1f, Byte.toUnsignedInt(code) - BIAS);
  }

  /**
   * The code of the magnitude of a number, as ONNX's Cast defines it; NaN stays NaN.
   *
   * @param saturate whether zero and what is out of range become the nearest power of two,
   *     otherwise NaN
   */
  public static byte cast(double value, boolean saturate, RoundMode mode) {
    double magnitude = Math.abs(value);
    boolean inRange = magnitude >= LEAST && magnitude <= GREATEST;
    if (Double.isNaN(magnitude) || !(inRange || saturate)) {
      return NAN;
    }
    double limited = Math.clamp(magnitude, LEAST, GREATEST);
    int exponent = Math.getExponent(limited);
    double fraction = Math.scalb(limited, -exponent);
    boolean increments =
        switch (mode) {
          case UP -> fraction > 1;
          case DOWN -> false;
          case NEAREST -> fraction >= 1.5;
        };
    return (byte) (exponent + BIAS + (increments ? 1 : 0));
  }
}
