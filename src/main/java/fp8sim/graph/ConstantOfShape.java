package fp8sim.graph;

import fp8sim.tensor.Tensor;

/** A tensor filled with a value: {@code shape -> y}; {@code value} has one element. */
public record ConstantOfShape(Tensor value) implements Op {}
