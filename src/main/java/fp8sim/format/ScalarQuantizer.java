package fp8sim.format;

/**
 * A quantizer that needs to see one number at a time: a kernel reads the parameters of the record,
 * and these scalar functions say what it must give.
 */
public sealed interface ScalarQuantizer extends Quantizer
    permits FloatQuantizer, IntegerQuantizer, TableQuantizer {
  /** The factor from the grid of codes to real values; products work on the grid. */
  float scale();

  /**
   * The nearest representable value, as float32. Zero is +0; NaN stays NaN; infinities are limited
   * like large numbers.
   *
   * @param random 32 random bits for stochastic rounding
   */
  float apply(float x, int random);

  /** The code of {@link #apply}; 0 for NaN where the format has none. */
  int encode(float x, int random);

  /** The value of a code, scale included. */
  float decode(int code);

  /** {@link #apply(float, int)} for roundings that need no random bits. */
  default float apply(float x) {
    return apply(x, 0);
  }

  /** {@link #encode(float, int)} for roundings that need no random bits. */
  default int encode(float x) {
    return encode(x, 0);
  }
}
