package fp8sim.graph;

/** {@code x -> y}. */
public record AveragePool(Window window, boolean ceilMode, boolean countIncludePad) implements Op {}
