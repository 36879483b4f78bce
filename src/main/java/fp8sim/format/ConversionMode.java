package fp8sim.format;

/** The three choices in converting a real number to a {@link FloatFormat}. */
public record ConversionMode(Rounding rounding, Overflow overflow, Subnormals subnormals) {
  /** Nearest-even, saturating, with subnormals. */
  public static final ConversionMode DEFAULT =
      new ConversionMode(Rounding.NEAREST_EVEN, Overflow.SATURATE, Subnormals.KEEP);

  /** The same with another overflow. */
  public ConversionMode with(Overflow other) {
    return new ConversionMode(rounding, other, subnormals);
  }
}
