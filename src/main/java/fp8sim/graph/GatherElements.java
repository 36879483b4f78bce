package fp8sim.graph;

/** Takes single elements by index along an axis: {@code x, indices -> y}. */
public record GatherElements(int axis) implements Op {}
