package fp8sim.format;

/**
 * Conversions between float32 and bfloat16 (for float16 the JDK has {@link Float#float16ToFloat}).
 */
public final class BFloat16 {
  private static final int QUIET_BIT = 0x40;

  private BFloat16() {}

  /** The bfloat16 bits of a float32, rounded to nearest-even; NaN stays NaN with its sign. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | QUIET_BIT);
    }
    int roundingIncrement = 0x7FFF + ((bits >>> 16) & 1);
    return (short) ((bits + roundingIncrement) >>> 16);
  }

  /** The float32 of bfloat16 bits, exactly. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
