package fp8sim.graph;

/** Takes a strided part: {@code x, starts, ends, axes?, steps? -> y}. */
public record Slice() implements Op {}
