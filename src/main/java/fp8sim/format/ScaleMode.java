package fp8sim.format;

import fp8sim.common.OptionNames;

/** The scale of a format with a fixed bias. */
public enum ScaleMode {
  /** The range over the largest finite value, in float32. */
  REAL,
  /** The next power of two that is not below the real scale. */
  POWER_OF_TWO,
  /** One. */
  NONE;

  /** Reads the command line's spelling, e.g. {@code power-of-two}. */
  public static ScaleMode parse(String text) {
    return OptionNames.parse(ScaleMode.class, "scale", text);
  }
}
