package fp8sim.format;

import fp8sim.common.OptionNames;

/** What becomes of results below the smallest normal number. */
public enum Subnormals {
  /** They are kept. */
  KEEP,
  /** A result that is subnormal after rounding becomes zero. */
  FLUSH;

  /** Reads the command line's spelling, e.g. {@code keep}. */
  public static Subnormals parse(String text) {
    return OptionNames.parse(Subnormals.class, "subnormals", text);
  }
}
