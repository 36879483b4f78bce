package fp8sim.format;

/**
 * Blocks of numbers that share a scale: the value of an element is that of its code times the scale
 * of its block (docs/semantics.md section 2.6).
 *
 * @param name as {@link Formats#parse} reads it
 * @param element a minifloat with a fixed bias, or an integer: {@code q * 2^(2-bits)} without the
 *     lowest code, as in MXINT8
 * @param size numbers in a block; the last one along an axis may be shorter
 * @param scale what scales are stored as
 */
public record BlockFormat(String name, Format element, int size, BlockScale scale)
    implements Format {
  /** More than any tensor's axis needs. */
  static final int MAX_SIZE = 1 << 16;

  public BlockFormat {
    boolean hasCodes =
        element instanceof IntegerFormat
            || (element instanceof FloatFormat minifloat && minifloat.fixedBias().isPresent());
    if (!hasCodes || size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("no block format: " + name);
    }
  }

  /** Width of an element's code; the scale adds its own width once in a block. */
  @Override
  public int bits() {
    return element.bits();
  }

  /** The same blocks of other elements. */
  public BlockFormat withElement(Format other) {
    return BlockFormats.of(other, size, scale);
  }

  /** The largest element, without a scale. */
  public double largestElement() {
    return switch (element) {
      case FloatFormat minifloat -> minifloat.maxFinite(minifloat.standardBias());
      case IntegerFormat integer -> integer.signedMax() * (double) integerStep(integer);
      default -> throw new IllegalStateException(name + " has no elements");
    };
  }

  /** The value of the integer 1: MXINT8 has six fraction bits (OCP MX v1.0, 5.3.4). */
  static float integerStep(IntegerFormat integer) {
    return (float) Math.scalb(1.0, 2 - integer.bits());
  }

  /** Whether scales of blocks are relative to a float32 scale of the tensor, as in NVFP4. */
  public boolean hasTensorScale() {
    return scale instanceof BlockScale.Minifloat minifloat && minifloat.needsTensorScale();
  }

  /**
   * The scale of a tensor whose numbers are within {@code [-maxval, maxval]}: the largest block
   * scale times the largest element then is maxval; 1 where the format has none.
   *
   * @param maxval finite, not negative
   */
  public float tensorScale(float maxval) {
    if (!hasTensorScale() || maxval == 0) {
      return 1;
    }
    double top = ((BlockScale.Minifloat) scale).largest() * largestElement();
    return Math.max((float) (maxval / top), Float.MIN_VALUE);
  }
}
