package fp8sim.format;

/**
 * ONNX's four 8-bit floating-point tensor types and their conversions, as the Cast operator (opset
 * 19) defines them.
 */
public enum Float8Type {
  E4M3FN(Formats.OFP8_E4M3),
  E4M3FNUZ(Formats.E4M3FNUZ),
  E5M2(Formats.OFP8_E5M2),
  E5M2FNUZ(Formats.E5M2FNUZ);

  private final FloatFormat format;
  private final float[] values;

  Float8Type(FloatFormat format) {
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

  /**
   * The code of a value, rounded to nearest-even. NaN stays NaN; the sign of zero is kept where the
   * type has a negative zero.
   *
   * @param saturate ONNX's attribute: out-of-range values and infinities become the largest finite
   *     value; otherwise infinity, or NaN in a type without it
   */
  public byte cast(double value, boolean saturate) {
    Overflow overflow = saturate ? Overflow.SATURATE : Overflow.IEEE;
    int bias = format.standardBias();
    return (byte) format.encode(value, bias, ConversionMode.DEFAULT.with(overflow));
  }

  /** The value of a code. */
  public float toFloat(byte code) {
    return values[Byte.toUnsignedInt(code)];
  }
}
