package fp8sim.graph;

/** {@code x -> y, indices?}. */
public record MaxPool(Window window, boolean ceilMode, boolean columnMajorIndices) implements Op {}
