package fp8sim.graph;

/** Repeats along each axis: {@code x, repeats -> y}. */
public record Tile() implements Op {}
