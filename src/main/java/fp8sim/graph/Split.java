package fp8sim.graph;

/** Cuts a tensor along an axis: {@code x, split? -> y...}; equal parts without {@code split}. */
public record Split(int axis) implements Op {}
