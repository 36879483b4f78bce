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
  private double[] single = new double[0];
  private boolean few;
  private int positions;

  LookupProduct(ProductLookup lookup, ProductArithmetic arithmetic) {
    this.lookup = lookup;
    this.arithmetic = arithmetic;
    sumQuantizer = arithmetic.sumQuantizer();
    sums = new LookupSums(lookup);
  }

  /** See {@link LookupSums#run}. */
  void run(
      short[] codes,
      int[] position,
      int first,
      int end,
      int[] offsets,
      int base,
      int[] rows,
      int rowsAt,
      int lanes,
      int entries) {
    positions = end - first;
    few = lanes <= FEW_LANES;
    if (!few) {
      sums.run(codes, position, first, end, offsets, base, rows, rowsAt, lanes, entries);
      return;
    }
    single = single.length < lanes * positions ? new double[lanes * positions] : single;
    int terms = offsets.length;
    for (int lane = 0; lane < lanes; lane++) {
      int row = rowsAt + lane * terms;
      for (int i = 0; i < positions; i++) {
        single[lane * positions + i] = sum(codes, position[first + i] + base, offsets, rows, row);
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

  /**
   * The result of an output channel at a position, both counted from the first ones.
   *
   * @param channel the channel's number in the step
   */
  float result(int position, int lane, int channel) {
    double sum = few ? single[lane * positions + position] : sums.sum(position, lane);
    float rounded = (float) (sum * lookup.unit());
    float scale = arithmetic.scale(channel);
    float scaled = scale == 1 ? rounded : rounded * scale;
    return sumQuantizer == null ? scaled : sumQuantizer.apply(scaled);
  }
}
