package fp8sim.kernel.simd;

import fp8sim.plan.ProductArithmetic;

/**
 * How a product by {@link LookupSums} is cut into parts: blocks of channels, ranges of positions.
 */
record LookupBlocks(int positions, int channels, int range, int ranges, int blocks) {
  /** Sums of so many positions fit the second-level cache. */
  private static final int MOST_POSITIONS = 4096;

  /** Fewer positions do not pay for building vectors. */
  private static final int FEWEST_POSITIONS = 512;

  /** Cuts so that every worker has parts where there is enough work. */
  static LookupBlocks of(int positions, int channels, int products, int workers) {
    int blocks = Math.ceilDiv(channels, LookupSums.LANES);
    int wanted = Math.ceilDiv(2 * workers, Math.max(1, blocks * products));
    int share = Math.ceilDiv(Math.ceilDiv(positions, wanted), Tile.COLUMNS) * Tile.COLUMNS;
    int range = Math.clamp(share, FEWEST_POSITIONS, MOST_POSITIONS);
    return new LookupBlocks(positions, channels, range, Math.ceilDiv(positions, range), blocks);
  }

  /** Parts of one product. */
  int parts() {
    return ranges * blocks;
  }

  int firstChannel(int part) {
    return part / ranges * LookupSums.LANES;
  }

  int lanes(int part) {
    return Math.min(LookupSums.LANES, channels - firstChannel(part));
  }

  int first(int part) {
    return part % ranges * range;
  }

  int end(int part) {
    return Math.min(first(part) + range, positions);
  }

  /** One product for each worker. */
  static LookupProduct[] products(ProductLookup lookup, ProductArithmetic arithmetic, int workers) {
    LookupProduct[] products = new LookupProduct[workers];
    for (int i = 0; i < workers; i++) {
      products[i] = new LookupProduct(lookup, arithmetic);
    }
    return products;
  }
}
