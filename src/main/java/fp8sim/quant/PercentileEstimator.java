package fp8sim.quant;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Two percentiles of the last batch with linear interpolation between order statistics, found by
 * counting the upper halves of order-preserving keys, then sorting the one group that matters.
 */
final class PercentileEstimator implements RangeEstimator {
  private static final int GROUP_BITS = 16;

  private final double percentile;
  private ValueRange range = ValueRange.of(0, 0);

  PercentileEstimator(double percentile) {
    this.percentile = percentile;
  }

  @Override
  public void update(MemorySegment values) {
    long[] groups = new long[1 << GROUP_BITS];
    Blocks.forEach(
        values,
        (block, count) -> {
          for (int i = 0; i < count; i++) {
            if (Float.isFinite(block[i])) {
              groups[group(block[i])]++;
            }
          }
        });
    long finite = Arrays.stream(groups).sum();
    if (finite > 0) {
      float low = interpolate(values, groups, (100 - percentile) / 100 * (finite - 1));
      float high = interpolate(values, groups, percentile / 100 * (finite - 1));
      range = ValueRange.of(low, high);
    }
  }

  @Override
  public ValueRange range() {
    return range;
  }

  private static float interpolate(MemorySegment values, long[] groups, double rank) {
    long below = (long) rank;
    double fraction = rank - below;
    double lower = orderStatistic(values, groups, below);
    double upper = fraction == 0 ? lower : orderStatistic(values, groups, below + 1);
    return (float) (lower + fraction * (upper - lower));
  }

  private static float orderStatistic(MemorySegment values, long[] groups, long rank) {
    int group = 0;
    long inGroup = rank;
    while (inGroup >= groups[group]) {
      inGroup -= groups[group++];
    }
    float[] members = members(values, group, (int) groups[group]);
    Arrays.sort(members);
    return members[(int) inGroup];
  }

  private static float[] members(MemorySegment values, int group, int count) {
    float[] members = new float[count];
    int[] next = {0};
    Blocks.forEach(
        values,
        (block, size) -> {
          for (int i = 0; i < size; i++) {
            if (Float.isFinite(block[i]) && group(block[i]) == group) {
              members[next[0]++] = block[i];
            }
          }
        });
    return members;
  }

  /** The upper half of a key that orders like the number. */
  private static int group(float value) {
    int bits = Float.floatToRawIntBits(value);
    int key = bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
    return key >>> (Integer.SIZE - GROUP_BITS);
  }
}
