package fp8sim.format;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A format whose codes are the indices of a list of at most 256 values. Codes whose value is NaN or
 * infinite, and those beyond the list, are no numbers, and nothing is rounded to them.
 *
 * <p>Values have the 24 significant bits of float32. Those that are numbers have a rank, counted in
 * ascending order; a value that several codes share (zero) belongs to the first of them.
 */
public final class TableFormat implements Format {
  public static final int MAX_VALUES = 256;

  private final String name;
  private final List<Double> values;
  private final double fit;

  /** Code of each rank. */
  private final int[] codes;

  /** Value of each rank. */
  private final double[] sorted;

  private final double largest;

  /** By kind, each found when it is first needed. */
  private final Map<TableBorders.Kind, float[]> borders = new ConcurrentHashMap<>();

  /**
   * A format of checked values, see {@link TableFormats}.
   *
   * @param name as {@link Formats#parse} reads it
   * @param values by code; at least two different numbers, with NaN and infinities between them
   * @param fit see {@link #fit}; positive
   */
  TableFormat(String name, List<Double> values, double fit) {
    this.name = name;
    this.values = List.copyOf(values);
    this.fit = fit;
    codes = ranked(this.values);
    sorted = Arrays.stream(codes).mapToDouble(this.values::get).toArray();
    largest = Math.max(Math.abs(sorted[0]), Math.abs(sorted[sorted.length - 1]));
  }

  /** The same values, with ranges scaled to another one. */
  TableFormat withFit(String newName, double newFit) {
    return new TableFormat(newName, values, newFit);
  }

  /** Codes of numbers by ascending value, of equal ones the first. */
  private static int[] ranked(List<Double> values) {
    int[] ascending =
        IntStream.range(0, values.size())
            .filter(code -> Double.isFinite(values.get(code)))
            .boxed()
            .sorted((x, y) -> Double.compare(values.get(x), values.get(y)))
            .mapToInt(Integer::intValue)
            .toArray();
    return IntStream.range(0, ascending.length)
        .filter(i -> i == 0 || !values.get(ascending[i]).equals(values.get(ascending[i - 1])))
        .map(i -> ascending[i])
        .toArray();
  }

  @Override
  public String name() {
    return name;
  }

  /** Width of a code: enough for the last one of the list, at least 2. */
  @Override
  public int bits() {
    return Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(values.size() - 1));
  }

  /** Whether a code has a value that is a number. */
  public boolean isFinite(int code) {
    return code < values.size() && Double.isFinite(values.get(code));
  }

  /** The value of a code: NaN or infinite where it is no number. */
  public double value(int code) {
    return code < values.size() ? values.get(code) : Double.NaN;
  }

  /** How many different numbers there are. */
  public int ranks() {
    return sorted.length;
  }

  /** The value of a rank. */
  public double rankValue(int rank) {
    return sorted[rank];
  }

  /** The code of a rank. */
  public int rankCode(int rank) {
    return codes[rank];
  }

  /** The largest magnitude of a value. */
  public double largest() {
    return largest;
  }

  /**
   * What a range is scaled to: the largest magnitude, or in formats that lose precision towards
   * their ends the end of the values that have most.
   */
  public double fit() {
    return fit;
  }

  /** Rank of the value with the smallest magnitude. */
  public int smallestRank() {
    int best = 0;
    for (int rank = 1; rank < sorted.length; rank++) {
      if (Math.abs(sorted[rank]) <= Math.abs(sorted[best])) {
        best = rank;
      }
    }
    return best;
  }

  /**
   * The rank that a number is rounded to; beyond the ends the first and the last one.
   *
   * @param q not NaN
   * @param random 32 random bits for stochastic rounding
   */
  int rank(float q, Rounding rounding, int random) {
    int rank = count(borders(TableBorders.Kind.of(rounding)), q);
    if (rounding != Rounding.STOCHASTIC || rank + 1 == sorted.length || q <= sorted[rank]) {
      return rank;
    }
    // As in other formats, the magnitude goes up with the probability of the remainder.
    double near = q < 0 ? sorted[rank + 1] : sorted[rank];
    double far = q < 0 ? sorted[rank] : sorted[rank + 1];
    double remainder = Math.abs(q - near);
    boolean away = Rounding.STOCHASTIC.increments(remainder, Math.abs(far - near), false, random);
    return away == q < 0 ? rank : rank + 1;
  }

  /** Border {@code r} is the smallest number whose rank is above {@code r}. */
  float[] borders(TableBorders.Kind kind) {
    return borders.computeIfAbsent(kind, missing -> TableBorders.of(sorted, codes, missing));
  }

  private static int count(float[] borders, float q) {
    int low = 0;
    int high = borders.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (borders[middle] <= q) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether a value is nearer to those above a rank, or in the middle. */
  public boolean isAbove(int rank, double value) {
    return (sorted[rank] + sorted[rank + 1]) / 2 <= value;
  }

  /** The rank of the nearest value, the upper one in the middle. */
  public int nearestRank(double value) {
    int low = 0;
    int high = sorted.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isAbove(middle, value)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The code of the nearest value. */
  public int nearestCode(double value) {
    return codes[nearestRank(value)];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableFormat format
        && name.equals(format.name)
        && fit == format.fit
        && values.equals(format.values);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
