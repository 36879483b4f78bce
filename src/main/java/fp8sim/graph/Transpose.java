package fp8sim.graph;

import java.util.List;

/** Permutes the axes: {@code x -> y}; an empty list reverses them. */
public record Transpose(List<Integer> perm) implements Op {}
