package fp8sim.format;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes to a table: {@code q = x / scale} in float32, {@code v} the value of the format that q
 * is rounded to, result {@code v * scale} in float32. Beyond the ends of the table it saturates.
 */
public final class TableQuantizer implements ScalarQuantizer {
  private final TableFormat format;
  private final float scale;
  private final Rounding rounding;

  /** The ranks that are used: all, but for values beyond float32 and for a range of zero. */
  private final int low;

  private final int high;
  private volatile @Nullable TableLookup lookup;

  TableQuantizer(TableFormat format, float scale, Rounding rounding, int low, int high) {
    this.format = format;
    this.scale = scale;
    this.rounding = rounding;
    this.low = low;
    this.high = high;
  }

  /** A quantizer to all values whose product with the scale is a float32 number. */
  static TableQuantizer of(TableFormat format, float scale, Rounding rounding) {
    int low = 0;
    int high = format.ranks() - 1;
    while (low < high && !isFinite(format.rankValue(low), scale)) {
      low++;
    }
    while (high > low && !isFinite(format.rankValue(high), scale)) {
      high--;
    }
    return new TableQuantizer(format, scale, rounding, low, high);
  }

  private static boolean isFinite(double value, float scale) {
    return Float.isFinite((float) value * scale);
  }

  /** A quantizer for a range of zero: everything becomes the value nearest to zero. */
  static TableQuantizer ofZero(TableFormat format, Rounding rounding) {
    int rank = format.smallestRank();
    float scale = format.rankValue(rank) == 0 ? 1 : Float.MIN_VALUE;
    return new TableQuantizer(format, scale, rounding, rank, rank);
  }

  @Override
  public TableFormat format() {
    return format;
  }

  @Override
  public float scale() {
    return scale;
  }

  public Rounding rounding() {
    return rounding;
  }

  @Override
  public int codeBits() {
    return format.bits();
  }

  @Override
  public boolean isStochastic() {
    return rounding == Rounding.STOCHASTIC;
  }

  @Override
  public float apply(float x, int random) {
    return Float.isNaN(x) ? x : rankValue(rank(x, random));
  }

  @Override
  public int encode(float x, int random) {
    return Float.isNaN(x) ? 0 : format.rankCode(rank(x, random));
  }

  /** The rank that a number gets. */
  private int rank(float x, int random) {
    return Math.clamp(format.rank(x / scale, rounding, random), low, high);
  }

  @Override
  public float decode(int code) {
    return (float) format.value(code) * scale + 0f;
  }

  /** The value of a rank, scale included. */
  public float rankValue(int rank) {
    // Zero is +0.
    return (float) format.rankValue(rank) * scale + 0f;
  }

  /** The first rank that is used. */
  public int low() {
    return low;
  }

  /** The last rank that is used. */
  public int high() {
    return high;
  }

  /** The results by look-up, for kernels; not for stochastic rounding. */
  public TableLookup lookup() {
    TableLookup known = lookup;
    if (known == null) {
      float[] borders = format.borders(TableBorders.Kind.of(rounding));
      float[] values = new float[high - low + 1];
      for (int i = 0; i < values.length; i++) {
        values[i] = rankValue(low + i);
      }
      TableSteps steps = TableSteps.of(high - low, (step, x) -> x / scale >= borders[low + step]);
      known = TableLookup.of(steps, values);
      lookup = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableQuantizer quantizer
        && format.equals(quantizer.format)
        && scale == quantizer.scale
        && rounding == quantizer.rounding
        && low == quantizer.low
        && high == quantizer.high;
  }

  @Override
  public int hashCode() {
    return Objects.hash(format, scale, rounding, low, high);
  }

  @Override
  public String toString() {
    return "TableQuantizer[" + format + ", scale=" + scale + ", " + rounding + "]";
  }
}
