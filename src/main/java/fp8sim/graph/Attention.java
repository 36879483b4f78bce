package fp8sim.graph;

/**
 * Scaled dot-product attention: {@code q [..,L,D], k [..,S,D], v [..,S,E], mask? -> y [..,L,E]},
 * {@code softmax(scale * q k' + mask) v}, the mask added with broadcasting. Recognised from the
 * exporters' patterns.
 *
 * @param productQuantizer name of the quantizer of {@code q k'} before scaling, empty for none
 * @param scoresQuantizer name of the quantizer of softmax's input, empty for none
 * @param probabilitiesQuantizer name of the quantizer of softmax's output, empty for none
 * @param observes whether calibration updates these quantizers' ranges
 */
public record Attention(
    float scale,
    String productQuantizer,
    String scoresQuantizer,
    String probabilitiesQuantizer,
    boolean observes)
    implements Op {
  /** Attention in float32. */
  public Attention(float scale) {
    this(scale, "", "", "", false);
  }
}
