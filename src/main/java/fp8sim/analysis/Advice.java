package fp8sim.analysis;

/**
 * One line on what hurts a network, and the option that mends it.
 *
 * @param severity of two of the same kind the worse has the larger one
 * @param text one line
 */
public record Advice(Kind kind, double severity, String text) {
  /** What a line is about; a run has at most one of each. */
  public enum Kind {
    CLIPPING,
    NOISE
  }
}
