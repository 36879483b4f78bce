package fp8sim.kernel.simd.coded;

import fp8sim.kernel.simd.vector.TileShape;

/**
 * How a product by {@link LookupSums} is cut into parts: blocks of outputs, a vector each, and
 * ranges of positions, whose codes select.
 */
record LookupBlocks(int positions, int outputs, int width, int range, int ranges, int blocks) {
  /** Sums of so many positions fit the second-level cache. */
  private static final int MOST_POSITIONS = 4096;

  /** Fewer positions do not pay for building tables. */
  private static final int FEWEST_POSITIONS = 256;

  /** Cuts so that every worker has parts where there is enough work. */
  static LookupBlocks of(
      ProductRows lookup, int positions, int outputs, int products, int workers) {
    int width = lookup.kind().lanes();
    int blocks = Math.ceilDiv(outputs, width);
    int wanted = Math.ceilDiv(2 * workers, Math.max(1, blocks * products));
    int share =
        Math.ceilDiv(Math.ceilDiv(positions, wanted), TileShape.COLUMNS) * TileShape.COLUMNS;
    int range = Math.clamp(share, FEWEST_POSITIONS, MOST_POSITIONS);
    int ranges = Math.max(1, Math.ceilDiv(positions, range));
    int tiles = Math.max(1, Math.ceilDiv(Math.ceilDiv(positions, ranges), TileShape.COLUMNS));
    int even = tiles * TileShape.COLUMNS;
    return new LookupBlocks(positions, outputs, width, even, Math.ceilDiv(positions, even), blocks);
  }

  /** Parts of one product. */
  int parts() {
    return ranges * blocks;
  }

  int block(int part) {
    return part / ranges;
  }

  /** The first output of a part. */
  int firstOutput(int part) {
    return block(part) * width;
  }

  /** Outputs of a part. */
  int count(int part) {
    return Math.min(width, outputs - firstOutput(part));
  }

  int first(int part) {
    return part % ranges * range;
  }

  int end(int part) {
    return Math.min(first(part) + range, positions);
  }
}
