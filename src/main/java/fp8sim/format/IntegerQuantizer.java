package fp8sim.format;

/**
 * Quantizes to integers: {@code q = clamp(RNE(x / scale) + zeroPoint, min, max)}, value {@code
 * scale * (q - zeroPoint)}, in float32 with a true division. A code is the low bits of {@code q}.
 *
 * @param scale delta, at least 1e-8
 * @param zeroPoint the integer of the value 0
 * @param min smallest q, negative or 0
 * @param max largest q
 */
public record IntegerQuantizer(IntegerFormat format, float scale, int zeroPoint, int min, int max)
    implements ScalarQuantizer {

  @Override
  public int codeBits() {
    return format.bits();
  }

  @Override
  public boolean isStochastic() {
    return false;
  }

  @Override
  public float apply(float x, int random) {
    return Float.isNaN(x) ? x : scale * (integer(x) - zeroPoint);
  }

  @Override
  public int encode(float x, int random) {
    return Float.isNaN(x) ? 0 : integer(x) & format.unsignedMax();
  }

  @Override
  public float decode(int code) {
    return scale * (integerOf(code) - zeroPoint);
  }

  /** The integer q of a code: sign-extended if the range is signed. */
  public int integerOf(int code) {
    int unused = Integer.SIZE - format.bits();
    return min < 0 ? code << unused >> unused : code & format.unsignedMax();
  }

  private int integer(float x) {
    return (int) Math.clamp(Math.rint(x / scale) + zeroPoint, (double) min, (double) max);
  }
}
