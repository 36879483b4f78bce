package fp8sim.multiplier.user.c;

/** An array that nothing is assigned to. */
record ConstantArray(String name, long[] values, CType type) {}
