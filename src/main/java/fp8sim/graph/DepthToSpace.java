package fp8sim.graph;

/**
 * Moves channels into blocks of pixels: {@code x -> y}; DCR mode, or CRD if {@code columnRowDepth}.
 */
public record DepthToSpace(int blockSize, boolean columnRowDepth) implements Op {}
