package fp8sim.graph;

/**
 * Replaces each number by the nearest one that a format represents, kept as float32: {@code x ->
 * y}. Made by the placement pass only.
 *
 * @param quantizer the name of the quantizer; several nodes may share one
 * @param observes whether calibration updates the quantizer's range with what passes here
 * @param keepsMasked whether x goes into a Softmax over the last axis: masked scores do not count
 *     for the range and stay as they are
 */
public record FakeQuantize(String quantizer, boolean observes, boolean keepsMasked) implements Op {
  /** Quantizes every number. */
  public FakeQuantize(String quantizer, boolean observes) {
    this(quantizer, observes, false);
  }
}
