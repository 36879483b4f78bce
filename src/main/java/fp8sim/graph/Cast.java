package fp8sim.graph;

import fp8sim.tensor.DataType;

/** Converts the element type: {@code x -> y}. {@code saturate} matters for the FP8 types only. */
public record Cast(DataType to, boolean saturate) implements Op {}
