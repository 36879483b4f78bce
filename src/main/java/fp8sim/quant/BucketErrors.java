package fp8sim.quant;

import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Overflow;
import fp8sim.format.Rounding;
import fp8sim.format.Subnormals;
import java.lang.foreign.MemorySegment;

/**
 * Sums of squared quantization errors from a histogram of magnitudes, for many quantizers.
 *
 * <p>A bucket holds the magnitudes with the same upper 16 bits; one whose lower bits are all zero
 * has its own. Where a grid has at most 6 fraction bits and no scale, everything in a bucket rounds
 * to the same value: borders between neighbours have at most 7 fraction bits. So an error sum costs
 * a few additions per code, on running sums of count, x and x^2.
 */
final class BucketErrors {
  private static final int MAX_MANTISSA_BITS = 6;

  /** Borders down to here are normal float32 numbers. */
  private static final int MAX_BIAS_AND_MANTISSA = 125;

  private static final int DROPPED_BITS = 16;

  private final int first;
  private final boolean hasNegative;

  // Element i: sums over all buckets below first + i.
  private final double[] counts;
  private final double[] sums;
  private final double[] squares;

  private BucketErrors(int first, int buckets, boolean hasNegative) {
    this.first = first;
    this.hasNegative = hasNegative;
    counts = new double[buckets + 1];
    sums = new double[buckets + 1];
    squares = new double[buckets + 1];
  }

  /** The histogram of the finite values; zeros have no error and are left out. */
  static BucketErrors of(MemorySegment values) {
    float[] extent = {Float.POSITIVE_INFINITY, 0, 0};
    Blocks.forEach(values, (block, count) -> measure(block, count, extent));
    if (extent[1] == 0) {
      return new BucketErrors(0, 0, false);
    }
    int first = bucket(extent[0]);
    BucketErrors result = new BucketErrors(first, bucket(extent[1]) - first + 1, extent[2] < 0);
    Blocks.forEach(values, result::add);
    result.accumulate();
    return result;
  }

  /** Smallest non-zero magnitude, largest magnitude, and minimum. */
  private static void measure(float[] block, int count, float[] extent) {
    for (int i = 0; i < count; i++) {
      float magnitude = Math.abs(block[i]);
      if (magnitude > 0 && magnitude <= Float.MAX_VALUE) {
        extent[0] = Math.min(extent[0], magnitude);
        extent[1] = Math.max(extent[1], magnitude);
        extent[2] = Math.min(extent[2], block[i]);
      }
    }
  }

  private void add(float[] block, int count) {
    for (int i = 0; i < count; i++) {
      float magnitude = Math.abs(block[i]);
      if (magnitude > 0 && magnitude <= Float.MAX_VALUE) {
        int bucket = bucket(magnitude) - first + 1;
        double exact = magnitude;
        counts[bucket]++;
        sums[bucket] += exact;
        squares[bucket] += exact * exact;
      }
    }
  }

  private void accumulate() {
    for (int i = 1; i < counts.length; i++) {
      counts[i] += counts[i - 1];
      sums[i] += sums[i - 1];
      squares[i] += squares[i - 1];
    }
  }

  private static int bucket(float magnitude) {
    int bits = Float.floatToRawIntBits(magnitude);
    boolean exact = bits << (Integer.SIZE - DROPPED_BITS) == 0;
    return 2 * (bits >>> DROPPED_BITS) + (exact ? 0 : 1);
  }

  /** Whether no bucket straddles a border of the quantizer. */
  boolean areExactFor(FloatQuantizer quantizer) {
    FloatFormat codes = quantizer.codeFormat();
    return quantizer.scale() == 1
        && codes.mantissaBits() <= MAX_MANTISSA_BITS
        && quantizer.bias() + codes.mantissaBits() <= MAX_BIAS_AND_MANTISSA
        && quantizer.conversion().overflow() != Overflow.IEEE
        && quantizer.conversion().rounding() != Rounding.STOCHASTIC
        && !(hasNegative && quantizer.clipMin() == 0);
  }

  /** The sum of squared errors of all values. */
  double sum(FloatQuantizer quantizer) {
    FloatFormat codes = quantizer.codeFormat();
    int bias = quantizer.bias();
    Rounding rounding = quantizer.conversion().rounding();
    boolean flush = quantizer.conversion().subnormals() == Subnormals.FLUSH;
    int top = codes.roundMagnitude(quantizer.clipMax(), bias, rounding, 0);
    int last = counts.length - 1;
    double total = 0;
    int from = 0;
    double below = 0;
    for (int magnitude = 0; from < last; magnitude++) {
      double above = magnitude < top ? codes.magnitudeValue(magnitude + 1, bias) : 0;
      int to =
          magnitude < top
              ? Math.clamp(border(below, above, magnitude, rounding) - first, from, last)
              : last;
      boolean flushed = flush && magnitude < codes.minNormalMagnitude();
      total += error(from, to, flushed ? 0 : below);
      from = to;
      below = above;
    }
    return total;
  }

  /** The first bucket that rounds to the upper of two neighbours. */
  private static int border(double below, double above, int lowerCode, Rounding rounding) {
    boolean toZero = rounding == Rounding.TOWARD_ZERO;
    int bucket = bucket((float) (toZero ? above : (below + above) / 2));
    boolean tieStays = rounding == Rounding.NEAREST_EVEN && (lowerCode & 1) == 0;
    return tieStays ? bucket + 1 : bucket;
  }

  /** Of the buckets from {@code from} to before {@code to}, all rounded to {@code value}. */
  private double error(int from, int to, double value) {
    if (from == to) {
      return 0;
    }
    return squares[to]
        - squares[from]
        - 2 * value * (sums[to] - sums[from])
        + value * value * (counts[to] - counts[from]);
  }
}
