package fp8sim.graph;

/** {@code x, scale, bias -> y}, per sample and channel. */
public record InstanceNormalization(float epsilon) implements Op {}
