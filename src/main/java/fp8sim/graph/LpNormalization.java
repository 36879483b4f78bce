package fp8sim.graph;

/** {@code x -> x / norm}, the p-norm (1 or 2) along an axis. */
public record LpNormalization(int axis, int p) implements Op {}
