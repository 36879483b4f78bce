package fp8sim.format;

/**
 * Quantizes to a minifloat: {@code q = clamp(x / scale, clipMin, clipMax)} in float32, {@code q}
 * rounded to the grid of {@code codeFormat} with {@code bias}, value {@code q * scale} in float32.
 *
 * <p>The clip limits hold the range and the largest finite value at once, so that nothing has to be
 * limited after rounding, except with {@link Overflow#IEEE}: there they are infinite and what
 * rounds above the top becomes Inf or NaN.
 *
 * @param format what was asked for (unsigned where negative values were excluded)
 * @param codeFormat the layout of the codes: {@code format}, or its {@link FloatFormat#extended}
 *     form where values may exceed the top
 * @param bias of the grid
 * @param scale of the grid, positive
 * @param clipMin lower limit on the grid; 0 if unsigned or if the range is zero
 * @param clipMax upper limit on the grid; 0 if the range is zero: everything becomes zero
 */
public record FloatQuantizer(
    FloatFormat format,
    FloatFormat codeFormat,
    int bias,
    float scale,
    float clipMin,
    float clipMax,
    ConversionMode conversion)
    implements ScalarQuantizer {

  @Override
  public int codeBits() {
    return codeFormat.bits();
  }

  @Override
  public boolean isStochastic() {
    return conversion.rounding() == Rounding.STOCHASTIC;
  }

  @Override
  public float apply(float x, int random) {
    return Float.isNaN(x) ? x : decode(encode(x, random));
  }

  @Override
  public int encode(float x, int random) {
    int code = signedCode(x, random);
    boolean isZero = codeFormat.magnitude(code) == 0 && codeFormat.isFinite(code);
    return isZero ? 0 : code;
  }

  /**
   * As {@link #encode(float, int)}, but a negative number that rounds to zero has the code of -0 in
   * flavours that define one, as in ONNX's QuantizeLinear and Cast.
   */
  public int encodeWithNegativeZero(float x, int random) {
    return codeFormat.specials() == Specials.NONE ? encode(x, random) : signedCode(x, random);
  }

  private int signedCode(float x, int random) {
    float onGrid = Math.min(Math.max(x / scale, clipMin), clipMax);
    return codeFormat.encode(onGrid, bias, conversion, random);
  }

  @Override
  public float decode(int code) {
    return (float) gridValue(code) * scale;
  }

  /** The value of a code without the scale, which is what products are made of. */
  public double gridValue(int code) {
    return codeFormat.decode(code, bias);
  }
}
