package fp8sim.format;

import fp8sim.common.OptionNames;

/** What becomes of a value that rounds to more than the largest finite number. */
public enum Overflow {
  /** The largest finite number. */
  SATURATE,
  /** Its own value, on the format's grid with further exponents above the top. */
  EXTEND,
  /** The format's Inf, or NaN where it has none. */
  IEEE;

  /** Reads the command line's spelling, e.g. {@code saturate}. */
  public static Overflow parse(String text) {
    return OptionNames.parse(Overflow.class, "overflow", text);
  }
}
