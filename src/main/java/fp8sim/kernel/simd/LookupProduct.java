package fp8sim.kernel.simd;

import fp8sim.format.FloatQuantizer;
import fp8sim.plan.ProductArithmetic;
import org.jspecify.annotations.Nullable;

/**
 * The exact sums of products of codes for a block of output channels at a range of output
 * positions, as float32.
 */
final class LookupProduct {
  /** Fewer output channels than this are summed one by one. */
  private static final int FEW_LANES = 3;

  private final ProductLookup lookup;
  private final ProductArithmetic arithmetic;
  private final @Nullable FloatQuantizer sumQuantizer;
  private final LookupSums sums;
  private float[] results = new float[0];

  LookupProduct(ProductLookup lookup, ProductArithmetic arithmetic) {
    this.lookup = lookup;
    this.arithmetic = arithmetic;
    sumQuantizer = arithmetic.sumQuantizer();
    sums = new LookupSums(lookup);
  }

  /**
   * Computes the results of {@code lanes} output channels from {@code channel} on, see {@link
   * LookupSums#run}.
   */
  void run(
      short[] codes,
      int[] position,
      int first,
      int end,
      int[] offsets,
      int base,
      int[] rows,
      int rowsAt,
      int channel,
      int lanes,
      int entries) {
    int size = (end - first) * LookupSums.LANES;
    results = results.length < size ? new float[size] : results;
    if (lanes > FEW_LANES) {
      sums.run(codes, position, first, end, offsets, base, rows, rowsAt, lanes, entries);
      sums.results(end - first, lookup.unit(), results);
    } else {
      for (int lane = 0; lane < lanes; lane++) {
        int row = rowsAt + lane * offsets.length;
        for (int i = first; i < end; i++) {
          double sum = sum(codes, position[i] + base, offsets, rows, row);
          results[(i - first) * LookupSums.LANES + lane] = (float) (sum * lookup.unit());
        }
      }
    }
    finish(size, channel, lanes);
  }

  private void finish(int size, int channel, int lanes) {
    for (int lane = 0; lane < lanes; lane++) {
      float scale = arithmetic.scale(channel + lane);
      for (int i = lane; scale != 1 && i < size; i += LookupSums.LANES) {
        results[i] *= scale;
      }
      for (int i = lane; sumQuantizer != null && i < size; i += LookupSums.LANES) {
        results[i] = sumQuantizer.apply(results[i]);
      }
    }
  }

  private double sum(short[] codes, int at, int[] offsets, int[] rows, int row) {
    return switch (lookup.kind()) {
      case SHORT -> sum(lookup.shorts(), codes, at, offsets, rows, row);
      case INT -> sum(lookup.ints(), codes, at, offsets, rows, row);
      case DOUBLE -> sum(lookup.doubles(), codes, at, offsets, rows, row);
    };
  }

  private static double sum(
      short[] products, short[] codes, int at, int[] offsets, int[] rows, int row) {
    long sum = 0;
    for (int k = 0; k < offsets.length; k++) {
      sum += products[rows[row + k] + codes[at + offsets[k]]];
    }
    return sum;
  }

  private static double sum(
      int[] products, short[] codes, int at, int[] offsets, int[] rows, int row) {
    long sum = 0;
    for (int k = 0; k < offsets.length; k++) {
      sum += products[rows[row + k] + codes[at + offsets[k]]];
    }
    return sum;
  }

  private static double sum(
      double[] products, short[] codes, int at, int[] offsets, int[] rows, int row) {
    double sum = 0;
    for (int k = 0; k < offsets.length; k++) {
      sum += products[rows[row + k] + codes[at + offsets[k]]];
    }
    return sum;
  }

  /** The result of an output channel at a position, both counted from the first ones. */
  float result(int position, int lane) {
    return results[position * LookupSums.LANES + lane];
  }
}
