package fp8sim.format;

/**
 * Rounding by addition: a float32 number plus and minus {@code 1.5 * 2^23} steps is its nearest
 * multiple of the step, ties to even, as the adder itself rounds so. It holds for up to {@code
 * 2^22} steps.
 */
public final class Rounder {
  /** What is added and subtracted for a step of 1. */
  public static final float OF_ONE = 0x1.8p23f;

  /** Between these biases {@code OF_ONE} steps are a normal float32 number for every step. */
  private static final int MIN_BIAS = -90;

  private static final int MAX_BIAS = 120;

  /** Up to here {@code OF_ONE} steps are a float32 number. */
  private static final float MAX_MAGNITUDE = 0x1p100f;

  private Rounder() {}

  /**
   * Whether rounding by addition, with a step that follows from a number's exponent, gives the grid
   * values of a quantizer, but for subnormals that it flushes.
   */
  public static boolean suits(FloatQuantizer quantizer) {
    return quantizer.conversion().rounding() == Rounding.NEAREST_EVEN
        && quantizer.conversion().overflow() != Overflow.IEEE
        // Without a fraction the even code of two powers of two is not the even multiple.
        && quantizer.codeFormat().mantissaBits() > 0
        && !quantizer.codeFormat().normalOnly()
        && quantizer.bias() >= MIN_BIAS
        && quantizer.bias() <= MAX_BIAS
        && quantizer.clipMax() <= MAX_MAGNITUDE;
  }
}
