package fp8sim.format;

/**
 * Rounding to float32 that a second rounding to a narrower type cannot notice: what is not exact
 * becomes the neighbour whose last bit is odd, which is neither a number nor a tie of a type with
 * two bits less (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
 */
public final class OddRounding {
  /** A long has at most so many bits more than a double. */
  private static final long TAIL = 0x7FF;

  private OddRounding() {}

  /** The float32 of a double; finite numbers beyond float32 become the largest. */
  public static float toFloat(double value) {
    float nearest = (float) value;
    if (Double.isNaN(value) || Double.isInfinite(value) || nearest == value) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    boolean away = Math.abs((double) nearest) > Math.abs(value);
    int towardZero = away ? bits - 1 : bits;
    return Float.intBitsToFloat(towardZero | 1);
  }

  /** The float32 of an integer. */
  public static float toFloat(long value) {
    // With the tail in its last bit the rest has 53 bits at most.
    boolean exact = Math.abs(value) <= 1L << 53 || (value & TAIL) == 0;
    return toFloat((double) (exact ? value : (value & ~TAIL) | (TAIL + 1)));
  }

  /** The float32 of an integer without sign. */
  public static float toFloatUnsigned(long value) {
    return value >= 0 ? toFloat(value) : 2 * toFloat((value >>> 1) | (value & 1));
  }
}
