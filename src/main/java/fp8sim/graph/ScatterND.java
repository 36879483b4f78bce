package fp8sim.graph;

/**
 * Writes slices by index tuples into a copy: {@code x, indices, updates -> y}. Of equal indices the
 * last one wins.
 */
public record ScatterND() implements Op {}
