package fp8sim.graph;

/** Number of elements as an int64 scalar: {@code x -> size}. */
public record Size() implements Op {}
