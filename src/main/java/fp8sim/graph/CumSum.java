package fp8sim.graph;

/** Running sum along an axis: {@code x, axis -> y}. */
public record CumSum(boolean exclusive, boolean reverse) implements Op {}
