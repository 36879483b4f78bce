package fp8sim.kernel.simd;

/**
 * A block of output channels of a product: what the second operand's codes select.
 *
 * @param block of the codes
 * @param rows where the row of code 0 starts, for each output channel
 * @param first output channel of lane 0
 * @param count channels, at most {@link LookupTables#channels}
 */
record LookupChannels(SecondCodes codes, int block, long[] rows, int first, int count) {
  /** Vectors that the channels fill. */
  int vectors(ProductLookup lookup) {
    return Math.ceilDiv(count, lookup.kind().lanes());
  }

  /** Where the products of the code of a term and a lane start. */
  long row(ProductLookup lookup, int term, int lane) {
    return rows[first + lane] + codes.code(block, term, lane) * lookup.rowBytes();
  }
}
