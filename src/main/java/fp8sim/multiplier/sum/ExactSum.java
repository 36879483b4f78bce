package fp8sim.multiplier.sum;

import fp8sim.multiplier.ProductUnits;

/**
 * An exact sum of multiples of a power of two in 128 bits (two's complement), rounded once. {@link
 * ProductUnits#requireExactSum} says beforehand whether a sum fits.
 */
final class ExactSum implements RunningSum {
  private static final int FRACTION_BITS = 52;
  private static final long FRACTION_MASK = (1L << FRACTION_BITS) - 1;

  private final int unitExponent;
  private long high;
  private long low;

  ExactSum(int unitExponent) {
    this.unitExponent = unitExponent;
  }

  @Override
  public void add(double product) {
    if (product == 0) {
      return;
    }
    long significand = (Double.doubleToRawLongBits(product) & FRACTION_MASK) | 1L << FRACTION_BITS;
    int shift = Math.getExponent(product) - FRACTION_BITS - unitExponent;
    long termHigh = 0;
    long termLow;
    if (shift < 0) {
      termLow = significand >>> -shift;
    } else if (shift < Long.SIZE) {
      termLow = significand << shift;
      termHigh = shift == 0 ? 0 : significand >>> (Long.SIZE - shift);
    } else {
      termLow = 0;
      termHigh = significand << (shift - Long.SIZE);
    }
    if (product < 0) {
      termHigh = ~termHigh + (termLow == 0 ? 1 : 0);
      termLow = -termLow;
    }
    long sum = low + termLow;
    high += termHigh + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    low = sum;
  }

  @Override
  public float result() {
    return toFloat(high, low, unitExponent);
  }

  @Override
  public void clear() {
    high = 0;
    low = 0;
  }

  /** The float32 nearest to a 128-bit integer times a power of two. */
  static float toFloat(long high, long low, int exponent) {
    boolean negative = high < 0;
    long magnitudeHigh = negative ? ~high + (low == 0 ? 1 : 0) : high;
    long magnitudeLow = negative ? -low : low;
    // Keep 62 leading bits; a sticky bit stands for the rest, so that the only rounding is the
    // last.
    int excess = Math.max(2 + Long.SIZE - Long.numberOfLeadingZeros(magnitudeHigh), 0);
    if (magnitudeHigh == 0) {
      excess = Math.max(2 - Long.numberOfLeadingZeros(magnitudeLow), 0);
    }
    long kept = shiftRightSticky(magnitudeHigh, magnitudeLow, excess);
    double rounded = toOddDouble(kept);
    float result = (float) Math.scalb(rounded, exponent + excess);
    return negative ? -result : result;
  }

  private static long shiftRightSticky(long high, long low, int shift) {
    if (shift == 0) {
      return low;
    }
    if (shift >= Long.SIZE) {
      int rest = shift - Long.SIZE;
      long lost = low | (high & ((1L << rest) - 1));
      return high >>> rest | (lost == 0 ? 0 : 1);
    }
    long lost = low & ((1L << shift) - 1);
    return high << (Long.SIZE - shift) | low >>> shift | (lost == 0 ? 0 : 1);
  }

  /** A non-negative long as a double, rounded to odd: a later rounding to fewer bits is exact. */
  private static double toOddDouble(long value) {
    int excess = Math.max(Long.SIZE - FRACTION_BITS - 1 - Long.numberOfLeadingZeros(value), 0);
    long kept = value >>> excess;
    long lost = value & ((1L << excess) - 1);
    return Math.scalb((double) (kept | (lost == 0 ? 0 : 1)), excess);
  }
}
