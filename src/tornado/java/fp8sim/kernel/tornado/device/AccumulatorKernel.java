package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Sums of products of codes that depend on the order of their terms, or that need more than 64
 * bits: one thread for each result, products in global memory at the sum of both codes. Operands
 * and results lie as {@link MatrixGeometry} says. Runs on the device.
 */
public final class AccumulatorKernel {
  /** The numbers behind those of {@link MatrixGeometry}: output channels of each product. */
  public static final int CHANNEL_STEP = MatrixGeometry.SIZE;

  /** Where each output channel's products are. */
  public static final int CHANNEL_TABLES = CHANNEL_STEP + 1;

  /** Where the scale of each output channel is. */
  public static final int SCALES = CHANNEL_STEP + 2;

  /** How many results there are. */
  public static final int COUNT = CHANNEL_STEP + 3;

  /** Terms that are added before the sum goes to a float32 sum; 0 for all. */
  public static final int CHUNK = CHANNEL_STEP + 4;

  /** Where the unit of sums is in the constants. */
  public static final int UNIT = CHANNEL_STEP + 5;

  /** The largest magnitude of a sum in units, high word first. */
  public static final int MAX = CHANNEL_STEP + 6;

  /** {@link #ROUNDED}: fraction bits. {@link #FIXED}: bits of a long that the sum lacks. */
  public static final int BITS = CHANNEL_STEP + 8;

  /** {@link #ROUNDED}: the exponent of the smallest step in units. */
  public static final int LOWEST = CHANNEL_STEP + 9;

  /** 1 if larger sums become infinite, or wrap; 0 if they are limited. */
  public static final int OVERFLOWS = CHANNEL_STEP + 10;

  public static final int SIZE = CHANNEL_STEP + 11;

  /** Products are float32 numbers in the constants. */
  public static final int FLOAT = 0;

  /** Products are 64-bit integers, sums are rounded to few bits after every addition. */
  static final int ROUNDED = 1;

  /** Products are 64-bit integers with what is left of a unit: {@link #LESS} and so on. */
  static final int FIXED = 2;

  /** Products are two 64-bit integers, the second of {@link #LOW_BITS} bits. */
  static final int WIDE = 3;

  /** Numbers of a product in each mode. */
  private static final int[] WORDS = {1, 2, 3, 4};

  static final int LESS = 1;
  static final int HALF = 2;
  static final int MORE = 3;

  static final int LOW_BITS = 48;
  private static final long LOW_MASK = (1L << LOW_BITS) - 1;

  /** Bits of the high part that leave room to take some of the low part along. */
  private static final int TAKEN_BITS = 14;

  private static final int INDEX = DeviceProducts.NOT_FINITE - 1;

  private AccumulatorKernel() {}

  /** Numbers of a product in the table of a mode. */
  static int words(int mode) {
    return WORDS[mode];
  }

  static void kAccumulate(
      KernelContext context,
      int mode,
      int words,
      IntArray geometry,
      IntArray left,
      IntArray codes,
      FloatArray constants,
      IntArray tables,
      FloatArray arena,
      IntArray state) {
    int i = context.globalIdx;
    if (i < geometry.get(COUNT)) {
      int rows = geometry.get(MatrixGeometry.ROWS);
      int columns = geometry.get(MatrixGeometry.COLUMNS);
      int column = i % columns;
      int row = i / columns % rows;
      int product = i / columns / rows;
      int channel = product * geometry.get(CHANNEL_STEP) + row;
      int starts = geometry.get(MatrixGeometry.STARTS) + 3 * product;
      int leftTerm = geometry.get(MatrixGeometry.LEFT_TERM);
      int leftAt =
          geometry.get(MatrixGeometry.LEFT)
              + geometry.get(starts)
              + row * geometry.get(MatrixGeometry.LEFT_ROW);
      int rightAt = geometry.get(MatrixGeometry.RIGHT) + geometry.get(starts + 1);
      int base = MatrixGeometry.columnBase(geometry, column);
      int y = MatrixGeometry.columnY(geometry, column);
      int x = MatrixGeometry.columnX(geometry, column);
      int offsets = geometry.get(MatrixGeometry.TERM_OFFSETS);
      int height = geometry.get(MatrixGeometry.HEIGHT);
      int width = geometry.get(MatrixGeometry.WIDTH);
      int terms = geometry.get(MatrixGeometry.TERMS);
      int tableAt = tables.get(geometry.get(CHANNEL_TABLES) + channel);
      int chunk = geometry.get(CHUNK);
      int bits = geometry.get(BITS);
      int lowest = geometry.get(LOWEST);
      int overflows = geometry.get(OVERFLOWS);
      long max = DeviceProducts.number(geometry, MAX);
      float unit = constants.get(geometry.get(UNIT));
      float total = 0f;
      long sum = 0;
      long low = 0;
      int sign = 0;
      int added = 0;
      int seen = 0;
      for (int k = 0; k < terms; k++) {
        int place = MatrixGeometry.place(tables, offsets + 3 * k, base, y, x, height, width);
        if (place >= 0) {
          int l = left.get(leftAt + k * leftTerm);
          int r = codes.get(rightAt + place);
          seen = seen | l | r;
          int at = tableAt + words * ((l & INDEX) + (r & INDEX));
          if (mode == FLOAT) {
            total = total + constants.get(at);
          } else if (mode == WIDE) {
            sum = sum + DeviceProducts.number(tables, at);
            low = low + DeviceProducts.number(tables, at + 2);
          } else if (mode == FIXED) {
            sum =
                fixed(
                    sum + DeviceProducts.number(tables, at),
                    tables.get(at + 2),
                    bits,
                    max,
                    overflows);
          } else {
            long exact = sum + DeviceProducts.number(tables, at);
            sum = rounded(exact, bits, lowest);
            // After an infinite sum nothing changes; the sign of zero is that of the exact sum.
            if (sign != 2 && sign != -2) {
              sign = exact < 0 ? -1 : 1;
              if (sum > max || sum < -max) {
                sign = sign * (1 + overflows);
                sum = exact < 0 ? -max : max;
              }
            }
          }
          added++;
          if (added == chunk) {
            total = total + value(sum, sign, unit);
            sum = 0;
            sign = 0;
            added = 0;
          }
        }
      }
      float result = total;
      if (mode == WIDE) {
        result = wide(sum, low) * unit;
      } else if (mode != FLOAT && chunk == 0) {
        result = value(sum, sign, unit);
      } else if (mode != FLOAT && added > 0) {
        result = total + value(sum, sign, unit);
      }
      if (seen >= DeviceProducts.NOT_FINITE) {
        result = constants.get(DeviceMath.NAN);
      }
      DeviceEpilogue.store(
          context,
          geometry,
          MatrixGeometry.EPILOGUE,
          MatrixGeometry.RESULT,
          constants,
          arena,
          state,
          result * constants.get(geometry.get(SCALES) + channel),
          geometry.get(starts + 2) + MatrixGeometry.result(geometry, row, column));
    }
  }

  /** A sum in units as float32; {@code sign} is 2 or -2 if it is infinite, -1 if it is negative. */
  private static float value(long sum, int sign, float unit) {
    float value = (float) sum * unit;
    if (sign == 2) {
      value = Float.POSITIVE_INFINITY;
    } else if (sign == -2) {
      value = Float.NEGATIVE_INFINITY;
    } else if (sum == 0 && sign < 0) {
      value = -value;
    }
    return value;
  }

  /**
   * A fixed-point sum, rounded to nearest-even.
   *
   * @param rest what is left of a unit
   */
  private static long fixed(long whole, int rest, int unused, long max, int wraps) {
    long sum = whole;
    if (rest == MORE || (rest == HALF && (whole & 1) == 1)) {
      sum = sum + 1;
    }
    if (wraps == 1) {
      sum = sum << unused >> unused;
    } else if (sum > max) {
      sum = max;
    } else if (sum < -max - 1) {
      sum = -max - 1;
    }
    return sum;
  }

  /**
   * A sum rounded to nearest-even.
   *
   * @param fraction bits behind the leading one that are kept
   * @param lowest the exponent of the smallest step
   */
  private static long rounded(long sum, int fraction, int lowest) {
    long magnitude = sum < 0 ? -sum : sum;
    int shift = bitLength(magnitude) - 1 - fraction;
    if (shift < lowest) {
      shift = lowest;
    }
    if (shift > 0) {
      long whole = magnitude >> shift;
      long rest = magnitude - (whole << shift);
      long half = 1L << (shift - 1);
      if (rest > half || (rest == half && (whole & 1) == 1)) {
        whole = whole + 1;
      }
      magnitude = whole << shift;
    }
    return sum < 0 ? -magnitude : magnitude;
  }

  private static int bitLength(long magnitude) {
    long rest = magnitude;
    int bits = 0;
    if (rest >= 1L << 32) {
      rest = rest >> 32;
      bits += 32;
    }
    if (rest >= 1L << 16) {
      rest = rest >> 16;
      bits += 16;
    }
    if (rest >= 1L << 8) {
      rest = rest >> 8;
      bits += 8;
    }
    if (rest >= 1L << 4) {
      rest = rest >> 4;
      bits += 4;
    }
    if (rest >= 1L << 2) {
      rest = rest >> 2;
      bits += 2;
    }
    if (rest >= 1L << 1) {
      rest = rest >> 1;
      bits += 1;
    }
    return bits + (int) rest;
  }

  /** {@code high * 2^48 + low}, rounded once. */
  private static float wide(long high, long low) {
    long top = high + (low >> LOW_BITS);
    long bottom = low & LOW_MASK;
    boolean negative = top < 0;
    if (negative) {
      top = -top;
      if (bottom > 0) {
        top = top - 1;
        bottom = LOW_MASK + 1 - bottom;
      }
    }
    float value = 0f;
    if (top < 1L << TAKEN_BITS) {
      value = (float) ((top << LOW_BITS) + bottom);
    } else {
      // 28 bits at least; one more stands for all that is dropped.
      int dropped = LOW_BITS - TAKEN_BITS;
      long kept = (top << TAKEN_BITS) + (bottom >> dropped);
      if (bottom - (bottom >> dropped << dropped) > 0) {
        kept = kept | 1;
      }
      value = (float) kept * (float) (1L << dropped);
    }
    return negative ? -value : value;
  }
}
