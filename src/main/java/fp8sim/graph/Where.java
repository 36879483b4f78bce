package fp8sim.graph;

/** Chooses element by element: {@code condition, x, y -> z}, with broadcasting. */
public record Where() implements Op {}
