package fp8sim.graph;

/** Takes slices by index tuples: {@code x, indices -> y}. */
public record GatherND(int batchDims) implements Op {}
