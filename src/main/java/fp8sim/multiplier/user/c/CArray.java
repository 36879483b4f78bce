package fp8sim.multiplier.user.c;

/**
 * An array of a function.
 *
 * @param index among all arrays of the program
 */
record CArray(String name, int index, int length, CType type) {}
