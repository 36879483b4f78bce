package fp8sim.format;

import fp8sim.common.OptionNames;

/** How a minifloat without a fixed bias is fitted to a range. */
public enum BiasPolicy {
  /** The standard bias and a real float32 scale that maps the range to the largest value. */
  REAL,
  /** The largest integer bias whose largest finite value is not below the range. */
  COVER,
  /**
   * The integer bias nearest to the real one; results are limited to the largest finite value,
   * which clips up to 29 % of the range.
   */
  SATURATE,
  /** As {@link #SATURATE}, but values up to the range keep a binade above the format's top. */
  STUDY;

  /** Reads the command line's spelling, e.g. {@code saturate}. */
  public static BiasPolicy parse(String text) {
    return OptionNames.parse(BiasPolicy.class, "bias policy", text);
  }
}
