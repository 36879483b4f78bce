package fp8sim.graph;

import fp8sim.tensor.DataType;

/** {@code x, scale, zeroPoint? -> y}, per tensor, per axis or in blocks. */
public record QuantizeLinear(int axis, int blockSize, boolean saturate, DataType to)
    implements Op {}
