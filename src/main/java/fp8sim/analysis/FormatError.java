package fp8sim.analysis;

import fp8sim.format.BlockFormat;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.IntegerFormat;
import fp8sim.format.TableFormat;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The expected error of rounding random numbers, and products of two of them, to a format whose
 * grid is scaled to the best range (arXiv 2208.09225, section 3).
 *
 * <p>The range is what a search on data would find: of 10, 11, ... 100 % of the largest magnitude
 * to expect in 100000 samples, the one with the smallest mean squared error. The scale is real, as
 * bias policy {@code real} and integers have it; formats of 16 bits have none. Block formats are
 * measured on random numbers, see {@link BlockFormatError}.
 */
public final class FormatError {
  private static final double SAMPLES = 100_000;
  private static final int SMALLEST_PERCENT = 10;

  private static final Map<Distribution, Moments> MOMENTS = new EnumMap<>(Distribution.class);

  /**
   * The errors of one format.
   *
   * @param range what the largest value of the format is scaled to
   * @param mse mean squared error
   * @param power of the random numbers
   * @param dotProductMse mean squared error of a product of two rounded numbers
   */
  public record Row(
      Distribution distribution,
      Format format,
      double range,
      double mse,
      double power,
      double dotProductMse) {
    /** {@code -10 log10(mse)}, which the study (arXiv 2208.09225) calls SQNR. */
    public double negativeLogMse() {
      return -decibel(mse);
    }

    /** Signal power over error power, in decibel. */
    public double sqnr() {
      return decibel(power / mse);
    }

    /** The same of a product. */
    public double dotProductSqnr() {
      return decibel(power * power / dotProductMse);
    }

    /** {@code -10 log10(dotProductMse)}. */
    public double negativeLogDotProductMse() {
      return -decibel(dotProductMse);
    }

    private static double decibel(double ratio) {
      return 10 * Math.log10(ratio);
    }
  }

  private FormatError() {}

  /** The errors of a format for a distribution. */
  public static Row of(Distribution distribution, Format format) {
    if (format instanceof BlockFormat blocks) {
      return BlockFormatError.of(distribution, blocks, moments(distribution));
    }
    Moments moments = moments(distribution);
    List<double[]> halves = halves(format);
    double largest = Math.min(distribution.limit(), moments.quantile(1 / SAMPLES));
    double range =
        format instanceof FloatFormat minifloat && minifloat.isCast()
            ? minifloat.maxFinite(minifloat.standardBias())
            : bestRange(moments, halves, largest);
    double[] sums = sums(moments, halves, range);
    return row(distribution, format, range, sums, moments.power());
  }

  /**
   * A row.
   *
   * @param sums expectations of {@code (x - q)^2}, {@code x q} and {@code q^2}
   */
  static Row row(
      Distribution distribution, Format format, double range, double[] sums, double power) {
    double product = power * power - 2 * sums[1] * sums[1] + sums[2] * sums[2];
    return new Row(distribution, format, range, sums[0], power, product);
  }

  private static Moments moments(Distribution distribution) {
    synchronized (MOMENTS) {
      return MOMENTS.computeIfAbsent(distribution, Moments::new);
    }
  }

  private static double bestRange(Moments moments, List<double[]> halves, double largest) {
    double least = Double.POSITIVE_INFINITY;
    double best = largest;
    for (int percent = SMALLEST_PERCENT; percent <= 100; percent++) {
      double candidate = percent / 100.0 * largest;
      double mse = sums(moments, halves, candidate)[0];
      if (mse < least) {
        least = mse;
        best = candidate;
      }
    }
    return best;
  }

  /** Means over the halves of the real line, which are equally probable. */
  private static double[] sums(Moments moments, List<double[]> halves, double range) {
    double[] sums = new double[3];
    for (double[] half : halves) {
      double[] part = sums(moments, half, range);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += part[i] / halves.size();
      }
    }
    return sums;
  }

  /** Expectations of {@code (x - q)^2}, {@code x q} and {@code q^2}, q being x rounded. */
  private static double[] sums(Moments moments, double[] grid, double range) {
    double[] sums = new double[3];
    double[] before = {0, 0, 0};
    for (int i = 0; i < grid.length; i++) {
      double value = grid[i] * range;
      double border =
          i + 1 < grid.length ? (grid[i] + grid[i + 1]) / 2 * range : Double.POSITIVE_INFINITY;
      double[] part = new double[3];
      for (int power = 0; power < part.length; power++) {
        double now = moments.upTo(power, border);
        part[power] = now - before[power];
        before[power] = now;
      }
      sums[0] += part[2] - 2 * value * part[1] + value * value * part[0];
      sums[1] += value * part[1];
      sums[2] += value * value * part[0];
    }
    return sums;
  }

  /**
   * The values that positive numbers are rounded to, and those of negative ones with their signs
   * changed, ascending, where the two differ; what ranges are scaled to is 1.
   */
  private static List<double[]> halves(Format format) {
    List<double[]> halves =
        switch (format) {
          case FloatFormat minifloat ->
              minifloat.signed()
                  ? List.of(magnitudes(minifloat))
                  : List.of(magnitudes(minifloat), new double[1]);
          case IntegerFormat integer ->
              List.of(IntStream.rangeClosed(0, integer.signedMax()).asDoubleStream().toArray());
          case TableFormat table -> List.of(half(table, 1), half(table, -1));
          case BlockFormat f -> throw new IllegalArgumentException(f.name() + " has no one grid");
          case Float32 f ->
              throw new IllegalArgumentException("the grid of float32 is too fine to integrate");
        };
    double top =
        format instanceof TableFormat table
            ? table.fit()
            : halves.stream().flatMapToDouble(Arrays::stream).max().orElseThrow();
    return halves.stream().map(half -> Arrays.stream(half).map(v -> v / top).toArray()).toList();
  }

  /** From the value that zero is rounded to, in the direction of a sign. */
  private static double[] half(TableFormat format, int sign) {
    double[] values =
        IntStream.range(0, format.ranks())
            .mapToDouble(rank -> sign * format.rankValue(rank))
            .sorted()
            .toArray();
    int first = 0;
    while (first + 1 < values.length && values[first] + values[first + 1] <= 0) {
      first++;
    }
    return Arrays.copyOfRange(values, first, values.length);
  }

  private static double[] magnitudes(FloatFormat format) {
    double[] magnitudes = new double[format.maxMagnitude() + 1];
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = format.magnitudeValue(i, format.standardBias());
    }
    return magnitudes;
  }
}
