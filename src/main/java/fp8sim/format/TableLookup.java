package fp8sim.format;

/**
 * The results of a quantizer to a table, arranged for kernels: where no bucket of the steps holds
 * more than one border, a bucket has that border and the results on both sides of it.
 *
 * @param values by number of steps
 * @param keys of each bucket, the border's; empty if a bucket holds more than one
 * @param results of each bucket, float32 bits: from the border on in the upper half, below it in
 *     the lower one
 */
@SuppressWarnings("ArrayRecordComponent") // read by kernels; nobody compares them
public record TableLookup(TableSteps steps, float[] values, int[] keys, long[] results) {
  /**
   * The arrangement of steps and their values, of which there is one more than there are borders.
   */
  static TableLookup of(TableSteps steps, float[] values) {
    int[] keys = new int[steps.comparisons() <= 1 ? steps.buckets() : 0];
    long[] results = new long[keys.length];
    for (int b = 0; b < keys.length; b++) {
      int below = steps.below(b);
      keys[b] = steps.border(below);
      long low = Integer.toUnsignedLong(Float.floatToRawIntBits(values[below]));
      long high = Float.floatToRawIntBits(values[Math.min(below + 1, values.length - 1)]);
      results[b] = high << Integer.SIZE | low;
    }
    return new TableLookup(steps, values, keys, results);
  }

  /** Whether buckets have at most one border. */
  public boolean isSimple() {
    return keys.length > 0;
  }

  /**
   * The bits of a result, without a branch.
   *
   * @param key of a number in the bucket
   */
  public static int select(int[] keys, long[] results, int bucket, long key) {
    long shift = ((keys[bucket] - key - 1) >> (Long.SIZE - 1)) & Integer.SIZE;
    return (int) (results[bucket] >>> shift);
  }
}
