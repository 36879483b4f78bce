package fp8sim.format;

/** The three choices in converting a real number to a {@link FloatFormat}. */
public record Conversion(Rounding rounding, Overflow overflow, Subnormals subnormals) {
  /** Nearest-even, saturating, with subnormals. */
  public static final Conversion DEFAULT =
      new Conversion(Rounding.NEAREST_EVEN, Overflow.SATURATE, Subnormals.KEEP);

  /** The same with another overflow. */
  public Conversion with(Overflow other) {
    return new Conversion(rounding, other, subnormals);
  }
}
