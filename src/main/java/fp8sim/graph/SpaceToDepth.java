package fp8sim.graph;

/** Moves blocks of pixels into channels: {@code x -> y}. */
public record SpaceToDepth(int blockSize) implements Op {}
