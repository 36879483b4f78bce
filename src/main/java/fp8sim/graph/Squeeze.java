package fp8sim.graph;

/** Removes axes of size 1: {@code x, axes? -> y}. */
public record Squeeze() implements Op {}
