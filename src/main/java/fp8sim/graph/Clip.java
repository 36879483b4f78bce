package fp8sim.graph;

/** Limits every element: {@code x, min?, max? -> y}; min and max are scalars. */
public record Clip() implements Op {}
