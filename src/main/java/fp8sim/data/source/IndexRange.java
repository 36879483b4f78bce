package fp8sim.data.source;

import fp8sim.common.JsonFields;

/** The samples with {@code from <= index < to}; {@code to} is {@link #END} for all that follow. */
public record IndexRange(int from, int to) {
  static final int END = Integer.MAX_VALUE;
  public static final IndexRange ALL = new IndexRange(0, END);

  static IndexRange read(JsonFields fields, String key) {
    if (!fields.has(key)) {
      return ALL;
    }
    int[] ends = fields.integers(key, 0, Integer.MAX_VALUE);
    if (ends.length != 2 || ends[0] >= ends[1]) {
      throw fields.fail(key, "must be [from, to) with 0 <= from < to");
    }
    return new IndexRange(ends[0], ends[1]);
  }
}
