package fp8sim.graph;

/** Broadcasts to a shape: {@code x, shape -> y}. */
public record Expand() implements Op {}
