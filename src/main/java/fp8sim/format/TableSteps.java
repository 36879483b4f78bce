package fp8sim.format;

import java.util.Arrays;

/**
 * A monotonic function from float32 numbers to {@code 0 .. n}: how many of {@code n} ascending
 * borders a number has reached. The upper bits of a number choose a bucket, of which there are as
 * many for either sign; the bucket knows the borders below it, and a few comparisons (mostly one)
 * count the rest. Comparisons are of keys, integers that order like the numbers.
 */
public final class TableSteps {
  /** Buckets of one sign: few enough to stay in a cache. */
  private static final int MAX_BUCKETS = 1 << 11;

  private static final int LOWEST = key(Float.NEGATIVE_INFINITY);
  private static final int HIGHEST = key(Float.POSITIVE_INFINITY);

  private final int count;

  /** Keys of the borders; behind them, keys that no number has. */
  private final int[] borders;

  /** Borders below each bucket, those of positive numbers first. */
  private final short[] below;

  private final int shift;
  private final int first;
  private final int last;
  private final int comparisons;

  /** Whether a number has reached a border. */
  @FunctionalInterface
  public interface Border {
    boolean isReached(int border, float x);
  }

  private TableSteps(int[] keys, int shift) {
    count = keys.length;
    this.shift = shift;
    first = smallest(keys) >> shift;
    last = largest(keys) >> shift;
    int size = last - first + 1;
    below = new short[2 * size];
    int most = 0;
    for (int b = 0; b < size; b++) {
      // The buckets at the ends also hold what lies beyond.
      int from = b == 0 ? 0 : (first + b) << shift;
      int to = b + 1 == size ? Integer.MAX_VALUE : (int) (((first + b + 1L) << shift) - 1);
      below[b] = (short) reached(keys, from);
      below[size + b] = (short) reached(keys, ~to);
      most = Math.max(most, reached(keys, to) - below[b]);
      most = Math.max(most, reached(keys, ~from) - below[size + b]);
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

  /** Of the finest buckets that are few enough. */
  private static int shift(int[] keys) {
    int shift = 0;
    while ((largest(keys) >> shift) - (smallest(keys) >> shift) >= MAX_BUCKETS) {
      shift++;
    }
    return shift;
  }

  /** The smallest magnitude of a border, as float32 bits. */
  private static int smallest(int[] keys) {
    return Arrays.stream(keys).map(TableSteps::magnitude).filter(m -> m > 0).min().orElse(0);
  }

  private static int largest(int[] keys) {
    return Arrays.stream(keys).map(TableSteps::magnitude).max().orElse(0);
  }

  private static int magnitude(int key) {
    return bits(key) & Integer.MAX_VALUE;
  }

  /** How many keys are at most {@code key}. */
  private static int reached(int[] keys, int key) {
    int low = 0;
    int high = keys.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] <= key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** An integer that orders like a number; that of -0 is one below that of 0. */
  private static int key(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private static int bits(int key) {
    return key ^ ((key >> 31) & Integer.MAX_VALUE);
  }

  /** How many buckets there are, half of them of numbers with the sign bit. */
  public int buckets() {
    return below.length;
  }

  /** The bucket of a number that is not NaN. */
  private int bucket(int bits) {
    int magnitude = (bits & Integer.MAX_VALUE) >> shift;
    int within = Math.min(Math.max(magnitude, first), last) - first;
    return within + ((bits >> 31) & (below.length >> 1));
  }

  /** How far the bits of a magnitude are shifted to be the number of a bucket. */
  public int shift() {
    return shift;
  }

  /** The first bucket's shifted bits; smaller magnitudes belong to it too. */
  public int first() {
    return first;
  }

  /** The last bucket's shifted bits; larger magnitudes belong to it too. */
  public int last() {
    return last;
  }

  /** Borders that all numbers of a bucket have reached. */
  public int below(int bucket) {
    return below[bucket];
  }

  /** The key of a border; above all numbers behind the last one. */
  public int border(int index) {
    return index < borders.length ? borders[index] : Integer.MAX_VALUE;
  }

  /** How many borders a bucket holds at most. */
  public int comparisons() {
    return comparisons;
  }

  /**
   * How many borders a number has reached.
   *
   * @param x not NaN
   */
  public int count(float x) {
    int key = key(x);
    int reached = below[bucket(Float.floatToRawIntBits(x))];
    // In a bucket borders ascend, so that each comparison looks at the next one.
    for (int i = 0; i < comparisons; i++) {
      reached += borders[reached] <= key ? 1 : 0;
    }
    return reached;
  }
}
