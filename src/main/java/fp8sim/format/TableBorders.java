package fp8sim.format;

import java.math.BigDecimal;

/** Where numbers go from one value of a table to the next. */
final class TableBorders {
  /** What decides between two neighbours. */
  enum Kind {
    /**
     * The nearest; in the middle the even code, or the smaller magnitude if both are even or odd.
     */
    NEAREST_EVEN,
    /** The nearest; in the middle the larger magnitude. */
    NEAREST_AWAY,
    /** The smaller magnitude; the nearest where zero lies between the two. */
    TOWARD_ZERO,
    /** The lower value. */
    FLOOR;

    static Kind of(Rounding rounding) {
      return switch (rounding) {
        case NEAREST_EVEN -> NEAREST_EVEN;
        case NEAREST_AWAY -> NEAREST_AWAY;
        case TOWARD_ZERO -> TOWARD_ZERO;
        case STOCHASTIC -> FLOOR;
      };
    }
  }

  private TableBorders() {}

  /**
   * Border {@code r} is the smallest float32 number that goes to a rank above {@code r}, exactly;
   * infinite where no number does.
   *
   * @param values ascending
   * @param codes of these values
   */
  static float[] of(double[] values, int[] codes, Kind kind) {
    float[] borders = new float[values.length - 1];
    for (int r = 0; r < borders.length; r++) {
      borders[r] = border(values[r], values[r + 1], codes[r], codes[r + 1], kind);
    }
    return borders;
  }

  private static float border(double low, double high, int lowCode, int highCode, Kind kind) {
    return switch (kind) {
      case FLOOR -> notBelow(new BigDecimal(high));
      case TOWARD_ZERO ->
          low >= 0
              ? notBelow(new BigDecimal(high))
              : high <= 0 ? above(new BigDecimal(low)) : middle(low, high, true);
      case NEAREST_EVEN -> middle(low, high, tieGoesUp(low, high, lowCode, highCode));
      case NEAREST_AWAY -> middle(low, high, Math.abs(high) >= Math.abs(low));
    };
  }

  private static boolean tieGoesUp(double low, double high, int lowCode, int highCode) {
    boolean isHighEven = (highCode & 1) == 0;
    return (lowCode & 1) == (highCode & 1) ? Math.abs(high) <= Math.abs(low) : isHighEven;
  }

  private static float middle(double low, double high, boolean tieGoesUp) {
    BigDecimal middle = new BigDecimal(low).add(new BigDecimal(high)).divide(BigDecimal.valueOf(2));
    return tieGoesUp ? notBelow(middle) : above(middle);
  }

  /** The smallest float32 number that is not below a value. */
  private static float notBelow(BigDecimal value) {
    float nearest = value.floatValue();
    boolean isBelow = Float.isFinite(nearest) && new BigDecimal(nearest).compareTo(value) < 0;
    return isBelow ? Math.nextUp(nearest) : nearest;
  }

  /** The smallest float32 number above a value. */
  private static float above(BigDecimal value) {
    float nearest = value.floatValue();
    boolean isNotAbove = Float.isFinite(nearest) && new BigDecimal(nearest).compareTo(value) <= 0;
    return isNotAbove ? Math.nextUp(nearest) : nearest;
  }
}
