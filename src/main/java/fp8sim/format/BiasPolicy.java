package fp8sim.format;

/** How a minifloat without a fixed bias is fitted to a range. */
public enum BiasPolicy {
  /** An integer bias; results are limited to the largest finite value. */
  SATURATE,
  /** An integer bias; values up to the range keep a binade above the format's top. */
  STUDY,
  /** The standard bias and a real float32 scale that maps the range to the largest value. */
  REAL;

  /** Reads the command line's spelling, e.g. {@code saturate}. */
  public static BiasPolicy parse(String text) {
    return OptionNames.parse(BiasPolicy.class, "bias policy", text);
  }
}
