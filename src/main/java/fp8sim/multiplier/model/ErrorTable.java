package fp8sim.multiplier.model;

/**
 * The error of multiplying by adding codes (Mitchell, "Computer multiplication and division using
 * binary logarithms", 1962), in code units: the correctly rounded product's code minus the sum of
 * the operands' codes, for each pair of fractions.
 *
 * <p>With {@code n = 2^M}: {@code p = (n+x)(n+y)/n^2}, {@code k = 1} if {@code p >= 2} else 0,
 * {@code m = min(RNE((p/2^k - 1) n), n-1)}, error {@code k n + m - (x + y)}.
 */
public final class ErrorTable {
  private ErrorTable() {}

  /** The errors T, index {@code x << M | y}. */
  public static int[] errors(int mantissaBits) {
    int n = 1 << mantissaBits;
    int[] table = new int[n * n];
    for (int i = 0; i < table.length; i++) {
      table[i] = error(i >> mantissaBits, i & (n - 1), n);
    }
    return table;
  }

  private static int error(int x, int y, int n) {
    int product = (n + x) * (n + y);
    int k = product >= 2 * n * n ? 1 : 0;
    int m = Math.min((int) roundedQuotient(product, n << k) - n, n - 1);
    return k * n + m - (x + y);
  }

  /**
   * The compensation C: the mean error, rounded to nearest-even, over blocks that share their
   * {@code indexBits} leading fraction bits of both operands; same index as {@link #errors}.
   *
   * @param indexBits d, not negative; from M on, C is T itself
   */
  public static int[] compensation(int mantissaBits, int indexBits) {
    int shift = Math.max(mantissaBits - indexBits, 0);
    int blocks = 1 << (mantissaBits - shift);
    int n = 1 << mantissaBits;
    int[] errors = errors(mantissaBits);
    long[] sums = new long[blocks * blocks];
    for (int i = 0; i < errors.length; i++) {
      sums[(i >> mantissaBits >> shift) * blocks + ((i & (n - 1)) >> shift)] += errors[i];
    }
    int[] table = new int[errors.length];
    for (int i = 0; i < table.length; i++) {
      long sum = sums[(i >> mantissaBits >> shift) * blocks + ((i & (n - 1)) >> shift)];
      table[i] = (int) roundedQuotient(sum, 1L << (2 * shift));
    }
    return table;
  }

  /** What compensation leaves: {@code R = T - C}; same index as {@link #errors}. */
  public static int[] residual(int mantissaBits, Compensation compensation) {
    int[] table = errors(mantissaBits);
    int[] mended = compensation.table(mantissaBits);
    for (int i = 0; i < table.length; i++) {
      table[i] -= mended[i];
    }
    return table;
  }

  /** Nearest integer, ties to even; {@code divisor} is a power of two. */
  private static long roundedQuotient(long dividend, long divisor) {
    long below = Math.floorDiv(dividend, divisor);
    long twice = 2 * Math.floorMod(dividend, divisor);
    boolean up = twice > divisor || (twice == divisor && (below & 1) != 0);
    return up ? below + 1 : below;
  }
}
