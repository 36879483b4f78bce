package fp8sim.kernel.simd.sequential;

/**
 * Where the outputs of a product go.
 *
 * @param rowsArePositions whether rows of the output are positions and columns channels, else rows
 *     are channels
 * @param firstRow of the product
 * @param to address of row 0
 * @param firstChannel of the product
 */
record OutputOrder(boolean rowsArePositions, int firstRow, long to, int firstChannel) {}
