package fp8sim.graph;

/** To two dimensions: {@code x -> y}, {@code [d0*..*d(axis-1), d(axis)*..]}. */
public record Flatten(int axis) implements Op {}
