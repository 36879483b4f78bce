package fp8sim.graph;

/**
 * Scaled dot-product attention: {@code q [..,L,D], k [..,S,D], v [..,S,E], mask? -> y [..,L,E]},
 * {@code softmax(scale * q k' + mask) v}, the mask added with broadcasting. Recognised from the
 * exporters' patterns.
 */
public record Attention(float scale) implements Op {}
