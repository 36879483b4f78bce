package fp8sim.numerics;

/** How integer formats are fitted to ranges of activations; weights are always symmetric. */
public enum IntegerActivations {
  /** A zero point: codes are unsigned, and the range reaches from the minimum to the maximum. */
  ASYMMETRIC,
  /**
   * No zero point: signed codes, or with {@link ActivationSign#AUTO} unsigned ones where possible.
   */
  SYMMETRIC
}
