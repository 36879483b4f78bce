package fp8sim.graph;

/** Joins tensors along an axis: {@code x... -> y}. */
public record Concat(int axis) implements Op {}
