package fp8sim.kernel.simd;

import fp8sim.format.FloatQuantizer;
import fp8sim.plan.ProductArithmetic;
import org.jspecify.annotations.Nullable;

/**
 * The exact sums of products of codes for a tile's width of output channels at a range of output
 * positions, as float32.
 */
final class LookupProduct {
  /** Vectors of channels that are as wide as a tile. */
  private final int vectors;

  private final int lanes;
  private final ProductArithmetic arithmetic;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final LookupSums[] sums;

  /**
   * Sums at up to {@code positions} positions.
   *
   * @param address of {@link #bytes} bytes
   */
  LookupProduct(ProductLookup lookup, ProductArithmetic arithmetic, int positions, long address) {
    this.arithmetic = arithmetic;
    sumQuantizer = arithmetic.sumQuantizer();
    lanes = lookup.kind().lanes();
    vectors = vectors(lookup);
    sums = new LookupSums[vectors];
    for (int v = 0; v < vectors; v++) {
      sums[v] = new LookupSums(lookup, positions, address + v * LookupSums.bytes(positions));
    }
  }

  /** Bytes of working memory. */
  static long bytes(ProductLookup lookup, int positions) {
    return vectors(lookup) * LookupSums.bytes(positions);
  }

  private static int vectors(ProductLookup lookup) {
    return Tile.COLUMNS / lookup.kind().lanes();
  }

  /**
   * Adds the products of {@code channels} output channels from {@code channel} on.
   *
   * @param rows see {@link LookupTables#build}
   */
  void run(
      FirstCodes codes,
      int group,
      int first,
      int end,
      SecondCodes weights,
      int block,
      long[] rows,
      int channel,
      int channels) {
    for (int v = 0; v < vectors && v * lanes < channels; v++) {
      sums[v].run(
          codes.address(group),
          codes.usedBits(),
          codes.positions(),
          first,
          end,
          codes.quads(),
          weights.codes(),
          weights.block(block) + v * lanes,
          Tile.COLUMNS,
          rows,
          channel + v * lanes,
          Math.min(lanes, channels - v * lanes));
    }
  }

  /**
   * Writes the results of {@code count} positions from {@code first} on, counted from the first of
   * {@link #run}: a row of {@link Tile#COLUMNS} for each position.
   */
  void results(int first, int count, int channel, int channels, float[] to) {
    for (int v = 0; v < vectors && v * lanes < channels; v++) {
      sums[v].results(first, count, to, v * lanes, Tile.COLUMNS);
    }
    int size = count * Tile.COLUMNS;
    for (int lane = 0; lane < channels; lane++) {
      float scale = arithmetic.scale(channel + lane);
      for (int i = lane; scale != 1 && i < size; i += Tile.COLUMNS) {
        to[i] *= scale;
      }
      for (int i = lane; sumQuantizer != null && i < size; i += Tile.COLUMNS) {
        to[i] = sumQuantizer.apply(to[i]);
      }
    }
  }
}
