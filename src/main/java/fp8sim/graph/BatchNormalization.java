package fp8sim.graph;

/** {@code x, scale, bias, mean, variance -> y}, per channel (axis 1). */
public record BatchNormalization(float epsilon) implements Op {}
