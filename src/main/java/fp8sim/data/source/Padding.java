package fp8sim.data.source;

import fp8sim.common.JsonFields;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How sequences of different lengths become one batch: each is filled up at its end to a common
 * length, which is the longest one's, rounded up so that few different lengths occur.
 *
 * @param token the id that fills {@code input_ids}; every other input is filled with 0
 * @param multiple lengths are rounded up to a multiple of this, if there are no {@code buckets}
 * @param buckets the lengths that there may be, ascending; empty for any
 */
public record Padding(int token, int multiple, List<Integer> buckets) {
  private static final String LENGTHS = "lengths";
  private static final int MAX_LENGTH = 1 << 20;

  public Padding {
    buckets = List.copyOf(buckets);
  }

  /** Reads {@code padId} and {@code lengths}, a number or an ascending list. */
  static Padding read(JsonFields fields) {
    int token = fields.integer("padId", 0, Integer.MAX_VALUE, 0);
    if (!fields.isArray(LENGTHS)) {
      return new Padding(token, fields.integer(LENGTHS, 1, MAX_LENGTH, 1), List.of());
    }
    int[] lengths = fields.integers(LENGTHS, 1, MAX_LENGTH);
    if (lengths.length == 0
        || IntStream.range(1, lengths.length).anyMatch(i -> lengths[i] <= lengths[i - 1])) {
      throw fields.fail(LENGTHS, "must be a number, or an ascending list of numbers");
    }
    return new Padding(token, 1, IntStream.of(lengths).boxed().toList());
  }

  /** The longest sequence that has a place. */
  int longest() {
    return buckets.isEmpty() ? Integer.MAX_VALUE : buckets.getLast();
  }

  /**
   * The length of a batch.
   *
   * @param tokens in its longest sequence, at most {@link #longest}
   */
  public int length(int tokens) {
    for (int bucket : buckets) {
      if (bucket >= tokens) {
        return bucket;
      }
    }
    return Math.ceilDiv(tokens, multiple) * multiple;
  }
}
