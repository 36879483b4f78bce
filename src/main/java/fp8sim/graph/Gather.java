package fp8sim.graph;

/** Takes slices by index along an axis: {@code x, indices -> y}. */
public record Gather(int axis) implements Op {}
