package fp8sim.graph;

/**
 * {@code x -> x}. The clean-up pass leaves it only where a graph output is an input or an
 * initializer.
 */
public record Identity() implements Op {}
