package fp8sim.format;

import fp8sim.common.OptionNames;

/** How a magnitude between two neighbours of a grid is rounded. */
public enum Rounding {
  /** To the nearest, ties to the even code. */
  NEAREST_EVEN,
  /** To the nearest, ties away from zero. */
  NEAREST_AWAY,
  /** To the smaller magnitude. */
  TOWARD_ZERO,
  /** Up with the probability of the remainder, decided by 32 random bits (see {@link Philox}). */
  STOCHASTIC;

  /** Reads the command line's spelling, e.g. {@code nearest-even}. */
  public static Rounding parse(String text) {
    return OptionNames.parse(Rounding.class, "rounding", text);
  }

  /**
   * Whether a magnitude goes to its upper neighbour.
   *
   * @param remainder distance from the lower neighbour, in {@code [0, step)}
   * @param step distance of the neighbours
   * @param lowerIsOdd whether the lower neighbour's code is odd
   * @param random 32 random bits, used by {@link #STOCHASTIC} only
   */
  boolean increments(double remainder, double step, boolean lowerIsOdd, int random) {
    double twice = 2 * remainder;
    return switch (this) {
      case NEAREST_EVEN -> twice > step || (twice == step && lowerIsOdd);
      case NEAREST_AWAY -> twice >= step;
      case TOWARD_ZERO -> false;
      case STOCHASTIC -> Integer.toUnsignedLong(random) < remainder / step * 0x1p32;
    };
  }
}
