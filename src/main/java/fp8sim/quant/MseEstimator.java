package fp8sim.quant;

import fp8sim.format.FloatQuantizer;
import fp8sim.format.ScalarQuantizer;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The candidate for maxval with the smallest mean squared error, summed over batches; the first of
 * equals. The candidates are evenly spaced from 0.1 to 1.2 times the absolute maximum of the first
 * batch that is not zero.
 */
final class MseEstimator implements RangeEstimator {
  private static final int CANDIDATES = 111;
  private static final float SMALLEST = 0.1f;
  private static final float LARGEST = 1.2f;

  /** Below it the direct loop is faster than a histogram. */
  private static final int SMALL = 64;

  /** From here on candidates are worth several threads: about 100 microseconds together. */
  private static final int LARGE = 512;

  private final Function<ValueRange, ScalarQuantizer> quantizers;
  private final Workers workers;
  private float[] candidates = {};
  private final double[] losses = new double[CANDIDATES];
  private ValueRange seen = ValueRange.of(0, 0);

  MseEstimator(Function<ValueRange, ScalarQuantizer> quantizers, Workers workers) {
    this.quantizers = quantizers;
    this.workers = workers;
  }

  @Override
  public void update(MemorySegment values) {
    ValueRange batch = MinMax.of(values);
    if (candidates.length == 0) {
      seen = batch;
      if (batch.maxval() == 0) {
        return;
      }
      float largest = Math.min(LARGEST * batch.maxval(), Float.MAX_VALUE);
      candidates = evenlySpaced(SMALLEST * batch.maxval(), largest);
    } else {
      seen = seen.union(batch);
    }
    long count = values.byteSize() / Float.BYTES;
    BucketErrors buckets = count < SMALL ? null : BucketErrors.of(values);
    (count < LARGE ? Workers.CALLER : workers)
        .run(
            CANDIDATES,
            i -> {
              ScalarQuantizer quantizer = quantizers.apply(seen.limited(candidates[i]));
              losses[i] += error(quantizer, values, buckets) / count;
            });
  }

  private static double error(
      ScalarQuantizer quantizer, MemorySegment values, @Nullable BucketErrors buckets) {
    return quantizer instanceof FloatQuantizer minifloat
            && buckets != null
            && buckets.areExactFor(minifloat)
        ? buckets.sum(minifloat)
        : GridErrors.sum(quantizer, values);
  }

  @Override
  public ValueRange range() {
    if (candidates.length == 0) {
      return seen;
    }
    int best = 0;
    for (int i = 1; i < CANDIDATES; i++) {
      if (losses[i] < losses[best]) {
        best = i;
      }
    }
    return seen.limited(candidates[best]);
  }

  /** In float32, from both ends to the middle, as torch.linspace computes it. */
  static float[] evenlySpaced(float from, float to) {
    float[] result = new float[CANDIDATES];
    float step = (to - from) / (CANDIDATES - 1);
    for (int i = 0; i < CANDIDATES; i++) {
      result[i] = i < CANDIDATES / 2 ? from + step * i : to - step * (CANDIDATES - 1 - i);
    }
    return result;
  }
}
