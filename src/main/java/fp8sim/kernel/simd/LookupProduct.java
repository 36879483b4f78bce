package fp8sim.kernel.simd;

import fp8sim.format.FloatQuantizer;
import fp8sim.plan.ProductArithmetic;
import org.jspecify.annotations.Nullable;

/** The exact sums of products of codes for a block of output channels, as float32. */
final class LookupProduct {
  private final ProductArithmetic arithmetic;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final LookupSums sums;

  /**
   * Sums at up to {@code positions} positions.
   *
   * @param address of {@link LookupSums#bytes} bytes
   */
  LookupProduct(ProductLookup lookup, ProductArithmetic arithmetic, int positions, long address) {
    this.arithmetic = arithmetic;
    sumQuantizer = arithmetic.sumQuantizer();
    sums = new LookupSums(lookup, positions, address);
  }

  /** Adds the products of a block of channels; see {@link LookupSums#run}. */
  void run(FirstCodes codes, int group, int first, int end, LookupChannels channels) {
    sums.run(codes, group, first, end, channels);
  }

  /**
   * Writes the results of {@code count} positions from {@code first} on, counted from the first of
   * {@link #run}: a row of {@link Tile#COLUMNS} for each position.
   *
   * @param offset of the first of {@code count} channels in the block
   * @param channel the same, among all output channels
   */
  void results(int first, int count, int offset, int channel, int channels, float[] to) {
    sums.results(first, count, offset, channels, to, 0, Tile.COLUMNS);
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
