package fp8sim.graph;

/** Evenly spaced numbers: {@code start, limit, delta -> y}. */
public record Range() implements Op {}
