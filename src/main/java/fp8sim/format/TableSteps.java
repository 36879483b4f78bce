package fp8sim.format;

import java.util.Arrays;

/**
 * A monotonic function from float32 numbers to {@code 0 .. n}: how many of {@code n} ascending
 * borders a number has reached. Numbers are taken as integers that order like them; their upper
 * bits choose a bucket, which knows the borders below it, and a few comparisons count the rest.
 */
public final class TableSteps {
  /** The bucket tables of a quantizer stay in the first-level cache. */
  private static final int MAX_BUCKETS = 1 << 12;

  private static final int LOWEST = key(Float.NEGATIVE_INFINITY);
  private static final int HIGHEST = key(Float.POSITIVE_INFINITY);

  private final int count;

  /** Keys of the borders; behind them, keys that no number has. */
  private final int[] borders;

  /** Borders below each bucket; the first and the last bucket also hold what lies beyond. */
  private final short[] below;

  private final int shift;
  private final int first;
  private final int comparisons;

  /** Whether a number has reached a border. */
  @FunctionalInterface
  public interface Border {
    boolean isReached(int border, float x);
  }

  private TableSteps(int[] keys, int shift) {
    count = keys.length;
    this.shift = shift;
    first = count == 0 ? 0 : keys[0] >> shift;
    int buckets = count == 0 ? 1 : (keys[count - 1] >> shift) - first + 1;
    below = new short[buckets];
    int most = 0;
    for (int b = 0; b < buckets; b++) {
      below[b] = (short) lowerBound(keys, (first + b) << shift);
      int end = b + 1 < buckets ? lowerBound(keys, (first + b + 1) << shift) : count;
      most = Math.max(most, end - below[b]);
    }
    comparisons = most;
    borders = Arrays.copyOf(keys, count + most);
    Arrays.fill(borders, count, count + most, Integer.MAX_VALUE);
  }

  /**
   * The steps of a function.
   *
   * @param n number of borders
   * @param border ascending: a number that has reached one has reached those before it, and larger
   *     numbers have reached it too
   */
  public static TableSteps of(int n, Border border) {
    int[] keys = new int[n];
    int from = LOWEST;
    for (int i = 0; i < n; i++) {
      keys[i] = lowest(border, i, from);
      from = keys[i];
    }
    return new TableSteps(keys, shift(keys));
  }

  /** The lowest key from {@code from} on that reaches a border; above all numbers if none does. */
  private static int lowest(Border border, int index, int from) {
    int low = from;
    int high = HIGHEST + 1;
    while (low < high) {
      int middle = (int) (((long) low + high) >> 1);
      if (border.isReached(index, Float.intBitsToFloat(bits(middle)))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The finest buckets that are few enough: where borders are near zero, coarse ones. */
  private static int shift(int[] keys) {
    int shift = 0;
    while (keys.length > 0
        && ((long) (keys[keys.length - 1] >> shift) - (keys[0] >> shift)) >= MAX_BUCKETS) {
      shift++;
    }
    return shift;
  }

  private static int lowerBound(int[] keys, int key) {
    int at = Arrays.binarySearch(keys, key);
    if (at < 0) {
      return -at - 1;
    }
    while (at > 0 && keys[at - 1] == key) {
      at--;
    }
    return at;
  }

  /** An integer that orders like a number; both zeros are zero. */
  private static int key(float x) {
    int bits = Float.floatToRawIntBits(x + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private static int bits(int key) {
    return key ^ ((key >> 31) & Integer.MAX_VALUE);
  }

  /**
   * How many borders a number has reached.
   *
   * @param x not NaN
   */
  public int count(float x) {
    int key = key(x);
    int bucket = Math.clamp((long) (key >> shift) - first, 0, below.length - 1);
    int reached = below[bucket];
    // In a bucket borders ascend, so that each comparison looks at the next one.
    for (int i = 0; i < comparisons; i++) {
      reached += borders[reached] <= key ? 1 : 0;
    }
    return reached;
  }
}
