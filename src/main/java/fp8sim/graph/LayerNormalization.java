package fp8sim.graph;

/** {@code x, scale, bias? -> y}, over the axes from {@code axis} on. */
public record LayerNormalization(int axis, float epsilon) implements Op {}
