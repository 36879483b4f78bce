package fp8sim.kernel.simd.sequential;

/**
 * What vectors are made of.
 *
 * @param elementsArePositions whether lanes are channels, and positions come one after the other;
 *     else the other way round
 * @param single whether products are looked up one by one, else in tables that are laid out
 * @param range elements whose sums are computed together; for single products, lanes
 */
record Arrangement(boolean elementsArePositions, boolean single, int range) {
  /** Whether rows of addends belong to entries of the first operand. */
  boolean rowsByFirst() {
    return single == elementsArePositions;
  }

  /** Outputs of the first operand that are computed together. */
  int positionRange() {
    return single != elementsArePositions ? range : Integer.MAX_VALUE;
  }

  int channelRange() {
    return single == elementsArePositions ? range : Integer.MAX_VALUE;
  }

  /** Whether channels must be sorted by their tables: each segment lays its own out. */
  boolean sortsChannels() {
    return !single && !elementsArePositions;
  }
}
