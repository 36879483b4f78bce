package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Rounder;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Subnormals;
import fp8sim.format.TableQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.quant.QuantizerState;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** The vector form of a quantizer, for rows of float32; see {@link RowRounding}. */
@InPhase(Phase.QUANTIZATION)
public final class VectorQuantizer {

  /** Rows of two vectors. */
  private static final int ROW = 2 * LANES;

  private static final long ROW_BYTES = 2L * VECTOR;

  /** Rows that stay in the first-level cache between passes. */
  private static final int BLOCK_ROWS = 128;

  /** Scales between its inverse and itself have a normal inverse. */
  static final float MAX_SCALE = 0x1p100f;

  /** How numbers within the limits are rounded. */
  private enum Method {
    /** Limits are of the magnitude, and the sign stays. */
    SIGNED,
    /** No limit is negative. */
    POSITIVE,
    INTEGER,
    /** By the scalar form. */
    SCALAR
  }

  private final ScalarQuantizer scalar;
  private final @Nullable TableRounding table;

  /** Counts special numbers. */
  private final QuantizerState live;

  private final boolean vectorized;
  private final boolean integer;
  private final boolean positive;
  private final boolean flush;
  private final boolean scaled;
  private final float scale;

  /** Limits of the result in float32 bits; of integers, of the sum with the rounder. */
  private final int lowBits;

  private final int highBits;

  /** What numbers are limited to before they are quantized. */
  private final float least;

  private final float most;
  private final float minNormal;
  private final int rounderBits;

  private final int rounderFromExponent;

  private VectorQuantizer(
      QuantizerState live, Method method, float low, float high, float least, float most) {
    this.live = live;
    scalar = live.scalar();
    table = scalar instanceof TableQuantizer values ? new TableRounding(values) : null;
    this.least = least;
    this.most = most;
    vectorized = method != Method.SCALAR;
    integer = method == Method.INTEGER;
    positive = method == Method.POSITIVE;
    scale = scalar.scale();
    scaled = scale != 1;
    lowBits = Float.floatToRawIntBits(integer ? Rounder.OF_ONE + low : low);
    highBits = Float.floatToRawIntBits(integer ? Rounder.OF_ONE + high : high);
    if (scalar instanceof FloatQuantizer minifloat) {
      int bias = minifloat.bias();
      int mantissaBits = minifloat.codeFormat().mantissaBits();
      flush = minifloat.conversion().subnormals() == Subnormals.FLUSH;
      minNormal = (float) Math.scalb(1.0, 1 - bias);
      rounderBits =
          Float.floatToRawIntBits(
              (float) Math.scalb((double) Rounder.OF_ONE, 1 - bias - mantissaBits));
      rounderFromExponent = RowRounding.rounderFromExponent(mantissaBits);
    } else {
      flush = false;
      minNormal = 0;
      rounderBits = Float.floatToRawIntBits(Rounder.OF_ONE);
      rounderFromExponent = 0;
    }
  }

  private static VectorQuantizer of(QuantizerState live, Method method, float low, float high) {
    float infinity = Float.POSITIVE_INFINITY;
    return new VectorQuantizer(live, method, low, high, -infinity, infinity);
  }

  /**
   * The vector form of a quantizer as it is now.
   *
   * @param live counts special numbers; it rounds number by number, without random bits
   */
  public static VectorQuantizer of(QuantizerState live) {
    return switch (live.scalar()) {
      case IntegerQuantizer integer -> {
        float low = integer.min() - integer.zeroPoint();
        float high = integer.max() - integer.zeroPoint();
        Method method = canDivide(integer.scale(), 0) ? Method.INTEGER : Method.SCALAR;
        yield of(live, method, low, high);
      }
      case FloatQuantizer minifloat -> {
        Method method = minifloat.format().signed() ? Method.SIGNED : Method.POSITIVE;
        yield of(live, isRegular(minifloat) ? method : Method.SCALAR, 0, minifloat.clipMax());
      }
      case TableQuantizer _ -> of(live, Method.SCALAR, 0, 0);
    };
  }

  /**
   * Whether {@link RowRounding#divide} gives the correctly rounded quotient: the remainder, down to
   * {@code 2^-48} of a number that matters, must be a float32 number.
   *
   * @param exponent of the smallest step of the quotient
   */
  private static boolean canDivide(float scale, int exponent) {
    return scale == 1 || (scale >= leastDivisor(exponent) && scale <= MAX_SCALE);
  }

  /** The smallest scale that is not too small for the correctly rounded quotient. */
  static float leastDivisor(int exponent) {
    return Math.max(1 / MAX_SCALE, Math.scalb(1f, -100 - exponent));
  }

  /** Whether {@link RowRounding} holds; other quantizers go through their scalar form. */
  private static boolean isRegular(FloatQuantizer quantizer) {
    int exponent = 1 - quantizer.bias() - quantizer.codeFormat().mantissaBits();
    return Rounder.suits(quantizer) && canDivide(quantizer.scale(), exponent);
  }

  /**
   * A quantizer that does what limiting numbers and then this one do, or null if there is none:
   * both are monotonic, so limits move behind the rounding.
   *
   * @param low at most {@code high}, not -0
   */
  @Nullable
  @SuppressWarnings("ArgumentSelectionDefectChecker") // limits of codes, then of numbers
  public VectorQuantizer limited(float low, float high) {
    if (!vectorized) {
      return null;
    }
    return switch (scalar) {
      case IntegerQuantizer quantizer -> {
        float first = (float) Math.rint(quantizer.apply(low) / (double) scale);
        float last = (float) Math.rint(quantizer.apply(high) / (double) scale);
        yield new VectorQuantizer(live, Method.INTEGER, first, last, low, high);
      }
      case FloatQuantizer quantizer -> {
        if (low < 0) {
          yield null;
        }
        float top = quantizer.clipMax();
        float first = Math.min(low / scale, top);
        float last = Math.min(high / scale, top);
        yield new VectorQuantizer(live, Method.POSITIVE, first, last, low, high);
      }
      case TableQuantizer _ -> null;
    };
  }

  /** Whether numbers are not quantized one after the other. */
  public boolean isVectorized() {
    return vectorized;
  }

  /** Quantizes {@code count} numbers from one address to another, which may be the same. */
  public void apply(long from, long to, int count) {
    if (table != null) {
      table.apply(from, to, count, live);
      return;
    }
    int rows = count / ROW;
    applyRows(from, ROW_BYTES, to, ROW_BYTES, rows, 0, ROW);
    long done = rows * ROW_BYTES;
    applyScalar(from + done, to + done, count - rows * ROW);
  }

  /**
   * Quantizes rows of two vectors, which lie a stride of bytes apart. Of a row with special numbers
   * only the columns {@code lane} to {@code lane + count - 1} are quantized.
   *
   * @return whether there were no special numbers
   */
  public boolean applyRows(
      long from, long fromStride, long to, long toStride, int rows, int lane, int count) {
    boolean finite = true;
    for (int r = 0; r < rows; ) {
      int end = vectorized ? Math.min(r + BLOCK_ROWS, rows) : r;
      int done = roundRows(from, fromStride, to, toStride, r, end);
      if (done == end && vectorized) {
        r = done;
      } else {
        long x = from + done * fromStride + (long) lane * Float.BYTES;
        long y = to + done * toStride + (long) lane * Float.BYTES;
        finite &= applyScalar(x, y, count) && !vectorized;
        r = done + 1;
      }
    }
    return finite;
  }

  /** Quantizes rows {@code first} to {@code end - 1}, or up to a special one, which it returns. */
  private int roundRows(long from, long fromStride, long to, long toStride, int first, int end) {
    if (integer) {
      return RowRounding.integers(
          from, fromStride, to, toStride, first, end, scale, lowBits, highBits);
    }
    if (scaled && !flush) {
      return roundScaled(from, fromStride, to, toStride, first, end);
    }
    if (scaled) {
      int divided = RowRounding.divide(from, fromStride, to, toStride, first, end, scale);
      int rounded = roundOnGrid(to, toStride, to, toStride, first, divided);
      RowRounding.multiply(to, toStride, first, rounded, scale);
      return rounded;
    }
    return roundOnGrid(from, fromStride, to, toStride, first, end);
  }

  private int roundScaled(long from, long fromStride, long to, long toStride, int first, int end) {
    return positive
        ? RowRounding.scaledMagnitudes(
            from,
            fromStride,
            to,
            toStride,
            first,
            end,
            scale,
            lowBits,
            highBits,
            rounderFromExponent,
            rounderBits)
        : RowRounding.scaledSigned(
            from,
            fromStride,
            to,
            toStride,
            first,
            end,
            scale,
            highBits,
            rounderFromExponent,
            rounderBits);
  }

  private int roundOnGrid(long from, long fromStride, long to, long toStride, int first, int end) {
    int rounded =
        positive
            ? RowRounding.magnitudes(
                from,
                fromStride,
                to,
                toStride,
                first,
                end,
                lowBits,
                highBits,
                rounderFromExponent,
                rounderBits)
            : RowRounding.signed(
                from,
                fromStride,
                to,
                toStride,
                first,
                end,
                highBits,
                rounderFromExponent,
                rounderBits);
    if (flush) {
      RowRounding.flush(to, toStride, first, rounded, minNormal);
    }
    return rounded;
  }

  /** Whether one of the numbers is NaN or infinite. */
  static boolean areSpecial(FloatVector x0, FloatVector x1) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector zeros = x0.fma(zero, x1.mul(zero));
    return zeros.compare(VectorOperators.NE, zero).anyTrue();
  }

  /** Quantizes and counts one number after the other; returns whether all were finite. */
  private boolean applyScalar(long from, long to, int count) {
    if (table != null) {
      return table.apply(from, to, count, live);
    }
    boolean finite = true;
    for (long i = 0; i < (long) count * Float.BYTES; i += Float.BYTES) {
      float x = Memory.get(from + i);
      if (x <= least) {
        x = least;
      } else if (x > most) {
        x = most;
      }
      if (!Float.isFinite(x)) {
        live.count(Float.isNaN(x) ? 1 : 0, Float.isNaN(x) ? 0 : 1);
        finite = false;
      }
      Memory.set(to + i, scalar.apply(x));
    }
    return finite;
  }
}
