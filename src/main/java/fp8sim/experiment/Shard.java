package fp8sim.experiment;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;

/**
 * One of several parts of a sweep: every {@code count}-th point, so that neighbours, which take
 * similar time, are spread over the parts.
 *
 * @param number from 1 to {@code count}
 */
public record Shard(int number, int count) {
  /** The whole sweep. */
  public static final Shard ALL = new Shard(1, 1);

  private static final int MAX_COUNT = 1_000_000;

  /** Parses {@code i/n}. */
  public static Shard parse(String text) {
    if (text.matches("[0-9]{1,7}/[0-9]{1,7}")) {
      int slash = text.indexOf('/');
      int number = Integer.parseInt(text.substring(0, slash));
      int count = Integer.parseInt(text.substring(slash + 1));
      if (number >= 1 && number <= count && count <= MAX_COUNT) {
        return new Shard(number, count);
      }
    }
    throw Fp8simException.usage(
        UserOption.SHARD.with(text) + ": write i/n with 1 <= i <= n, such as 2/8");
  }

  /** Whether the point with this index belongs to the part. */
  public boolean contains(int index) {
    return index % count == number - 1;
  }
}
