package fp8sim.graph;

/** Einstein summation: {@code x... -> y}. */
public record Einsum(String equation) implements Op {}
