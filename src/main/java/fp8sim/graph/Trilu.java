package fp8sim.graph;

/** Keeps the upper or lower triangle: {@code x, k? -> y}. */
public record Trilu(boolean upper) implements Op {}
