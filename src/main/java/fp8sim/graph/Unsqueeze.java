package fp8sim.graph;

/** Inserts axes of size 1: {@code x, axes -> y}. */
public record Unsqueeze() implements Op {}
