package fp8sim.format;

/**
 * ONNX's floating-point tensor types of 8 and 4 bits with a sign and a fraction, and their
 * conversions, as the Cast operator (opset 19 and later) defines them. {@link E8M0} has neither.
 */
public enum SmallFloat {
  E4M3FN(Formats.OFP8_E4M3),
  E4M3FNUZ(Formats.E4M3FNUZ),
  E5M2(Formats.OFP8_E5M2),
  E5M2FNUZ(Formats.E5M2FNUZ),
  E2M1(Formats.OCP_E2M1);

  private final FloatFormat format;
  private final float[] values;

  SmallFloat(FloatFormat format) {
    this.format = format;
    this.values = new float[format.codeCount()];
    for (int code = 0; code < values.length; code++) {
      values[code] = (float) format.decode(code, format.standardBias());
    }
  }

  /** The type's format; its bias is fixed. */
  public FloatFormat format() {
    return format;
  }

  /** Whether every code is a finite number: then casts saturate. */
  public boolean isFinite() {
    return format.specials() == Specials.NONE;
  }

  /**
   * The code of a value, rounded to nearest-even. NaN stays NaN, or becomes negative zero in a type
   * without NaN (as in ONNX's tests; the operator's text leaves it open); the sign of zero is kept
   * where the type has a negative zero.
   *
   * @param saturate ONNX's attribute: out-of-range values and infinities become the largest finite
   *     value; otherwise infinity, or NaN in a type without it, or still the largest finite value
   *     in a type without either
   */
  public byte cast(double value, boolean saturate) {
    if (isFinite() && Double.isNaN(value)) {
      return (byte) format.withSign(0, true);
    }
    Overflow overflow = saturate || isFinite() ? Overflow.SATURATE : Overflow.IEEE;
    int bias = format.standardBias();
    return (byte) format.encode(value, bias, ConversionMode.DEFAULT.with(overflow));
  }

  /** The value of a code; bits above those of the type do not count. */
  public float toFloat(byte code) {
    return values[code & (values.length - 1)];
  }
}
