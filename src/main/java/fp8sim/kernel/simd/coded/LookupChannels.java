package fp8sim.kernel.simd.coded;

import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;

/**
 * A block of output channels of a product: what the second operand's codes select.
 *
 * @param block of the codes
 * @param rows where the row of code 0 starts, for each output channel
 * @param first output channel of lane 0
 * @param count channels, at most {@link LookupTables#channels}
 */
record LookupChannels(WeightCodes codes, int block, long[] rows, int first, int count) {
  /** Vectors that the channels fill. */
  int vectors(ProductRows lookup) {
    return Math.ceilDiv(count, lookup.kind().lanes());
  }

  /** Where the products of the code of a term and a lane start. */
  long row(ProductRows lookup, int term, int lane) {
    return rows[first + lane] + codes.code(block, term, lane) * lookup.rowBytes();
  }

  /**
   * Adds the products of a term with one code of the first operand to a sum for each lane.
   *
   * @param code of the first operand, or -1 for padding
   */
  void addProducts(ProductRows lookup, int term, int code, double[] sums) {
    long offset = (long) code * lookup.kind().bytes();
    switch (lookup.kind()) {
      case SHORT -> {
        for (int lane = 0; lane < count; lane++) {
          sums[lane] += LookupVectors.getShort(row(lookup, term, lane) + offset);
        }
      }
      case INT -> {
        for (int lane = 0; lane < count; lane++) {
          sums[lane] += LookupVectors.getInt(row(lookup, term, lane) + offset);
        }
      }
      case WIDE -> {
        for (int lane = 0; lane < count; lane++) {
          sums[lane] += Memory.get(row(lookup, term, lane) + offset);
        }
      }
    }
  }
}
