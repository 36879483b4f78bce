package fp8sim.graph;

/**
 * The same elements under another shape: {@code x, shape -> y}. A 0 copies the input's dimension
 * unless {@code allowZero}; one dimension may be -1.
 */
public record Reshape(boolean allowZero) implements Op {}
