package fp8sim.format;

import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;

/** Makes quantizers from ranges. */
public final class Quantizers {
  private static final float SMALLEST_DELTA = 1e-8f;
  private static final int MAX_EXPONENT_BITS = 8;

  private Quantizers() {}

  /**
   * A minifloat quantizer for the range {@code [-maxval, maxval]}, or {@code [0, maxval]} if the
   * format is unsigned. Without a fixed bias the policy counts, with one the scale mode does.
   *
   * @param maxval finite, not negative; 0 makes a quantizer that gives zeros
   * @throws Fp8simException if overflow {@code ieee} is asked of a format of finite numbers only
   */
  public static FloatQuantizer minifloat(
      FloatFormat format,
      float maxval,
      BiasPolicy policy,
      ScaleMode mode,
      ConversionMode conversion) {
    if (!(maxval >= 0) || Float.isInfinite(maxval)) {
      throw new IllegalArgumentException("a range must be finite and not negative, not " + maxval);
    }
    if (maxval == 0) {
      return build(format, format, format.standardBias(), 1, 0, conversion);
    }
    if (format.fixedBias().isPresent()) {
      float scale = format.isCast() ? 1 : fixedBiasScale(format, maxval, mode);
      return ranged(format, format.standardBias(), scale, finiteTop(format, scale), conversion);
    }
    return switch (policy) {
      case COVER -> ranged(format, Biases.cover(format, maxval), 1, maxval, conversion);
      case SATURATE -> ranged(format, Biases.fit(format, maxval), 1, maxval, conversion);
      case STUDY -> {
        ConversionMode extend = conversion.with(Overflow.EXTEND);
        yield ranged(format, Biases.fit(format, maxval), 1, maxval, extend);
      }
      case REAL -> real(format, maxval, conversion);
    };
  }

  /**
   * The standard bias and a real scale. With 8 exponent bits the scale would be subnormal: its
   * power of two is moved into the bias, which leaves the grid as it is.
   */
  private static FloatQuantizer real(FloatFormat format, float maxval, ConversionMode conversion) {
    requireFloatRange(format);
    int bias = format.standardBias();
    if (format.exponentBits() == MAX_EXPONENT_BITS) {
      bias -= Math.getExponent(maxval / format.maxFinite(bias));
    }
    float top = (float) format.maxFinite(bias);
    return ranged(format, bias, realScale(top, maxval), top, conversion);
  }

  /** A minifloat quantizer with a given bias, no scale, and the format's own range. */
  public static FloatQuantizer withBias(FloatFormat format, int bias, ConversionMode conversion) {
    return ranged(format, bias, 1, Float.POSITIVE_INFINITY, conversion);
  }

  /**
   * A quantizer to a table for the range {@code [-maxval, maxval]}, to whose end {@link
   * TableFormat#fit} is scaled. Of the conversion only the rounding can be chosen.
   *
   * @param maxval finite, not negative; 0 makes a quantizer that gives zeros
   * @throws Fp8simException if a table has no such conversion
   */
  public static TableQuantizer table(
      TableFormat format, float maxval, ScaleMode mode, ConversionMode conversion) {
    if (conversion.overflow() != Overflow.SATURATE) {
      throw Fp8simException.usage(
          "overflow '%s': values beyond those of %s saturate"
              .formatted(OptionNames.of(conversion.overflow()), format.name()));
    }
    if (conversion.subnormals() != Subnormals.KEEP) {
      throw Fp8simException.usage(
          "subnormals 'flush': format %s has no subnormal numbers".formatted(format.name()));
    }
    if (mode == ScaleMode.NONE) {
      return TableQuantizer.of(format, 1, conversion.rounding());
    }
    if (maxval == 0) {
      return TableQuantizer.ofZero(format, conversion.rounding());
    }
    float real = realScale(format.fit(), maxval);
    float scale = mode == ScaleMode.REAL ? real : powerOfTwoNotBelow(real);
    return TableQuantizer.of(format, scale, conversion.rounding());
  }

  /** Symmetric integers (weights); unsigned if nothing is negative. */
  public static IntegerQuantizer symmetric(IntegerFormat format, float min, float max) {
    boolean signed = min < 0;
    int top = signed ? format.signedMax() : format.unsignedMax();
    float delta = finite(delta(0, Math.max(Math.abs(min), Math.abs(max)), top), top);
    return new IntegerQuantizer(format, delta, 0, signed ? format.signedMin() : 0, top);
  }

  /** Asymmetric integers (activations); the range is extended to hold zero. */
  public static IntegerQuantizer asymmetric(IntegerFormat format, float min, float max) {
    float low = Math.min(min, 0);
    float high = Math.max(max, SMALLEST_DELTA);
    int top = format.unsignedMax();
    float delta = delta(low, high, top);
    int zeroPoint = (int) Math.clamp(Math.rint(-low / delta), 0.0, (double) top);
    float fitting = finite(delta, Math.max(zeroPoint, top - zeroPoint));
    return new IntegerQuantizer(format, fitting, zeroPoint, 0, top);
  }

  /** In float32, except where the width of the range is above the largest float32 number. */
  private static float delta(float low, float high, int steps) {
    float width = high - low;
    float delta = Float.isInfinite(width) ? (float) (((double) high - low) / steps) : width / steps;
    return Math.max(delta, SMALLEST_DELTA);
  }

  private static float fixedBiasScale(FloatFormat format, float maxval, ScaleMode mode) {
    return switch (mode) {
      case NONE -> 1;
      case REAL -> realScale(format.maxFinite(format.standardBias()), maxval);
      case POWER_OF_TWO ->
          powerOfTwoNotBelow(realScale(format.maxFinite(format.standardBias()), maxval));
    };
  }

  /** A range of subnormal float32 numbers would give a scale of zero: not below the smallest. */
  private static float realScale(double maxFinite, float maxval) {
    return Math.max(finite((float) (maxval / maxFinite), (float) maxFinite), Float.MIN_VALUE);
  }

  /** The scale, or the largest below it with which {@code top * scale} is a float32 number. */
  private static float finite(float scale, float top) {
    if (!Float.isInfinite(top * scale)) {
      return scale;
    }
    float largest = (float) (Float.MAX_VALUE / (double) top);
    return Float.isInfinite(top * largest) ? Math.nextDown(largest) : largest;
  }

  /** The largest value of a format whose product with the scale is a float32 number. */
  private static float finiteTop(FloatFormat format, float scale) {
    int bias = format.standardBias();
    double limit = Float.MAX_VALUE / (double) scale;
    return limit >= format.maxFinite(bias)
        ? Float.POSITIVE_INFINITY
        : (float)
            format.magnitudeValue(
                format.roundMagnitude(limit, bias, Rounding.TOWARD_ZERO, 0), bias);
  }

  private static void requireFloatRange(FloatFormat format) {
    if (format.exponentBits() > MAX_EXPONENT_BITS) {
      throw Fp8simException.usage(
          "bias policy 'real' needs at most 8 exponent bits, format " + format.name() + " has 9");
    }
  }

  private static float powerOfTwoNotBelow(float scale) {
    double exact = scale;
    double power = Math.scalb(1.0, Math.getExponent(exact));
    return (float) (power < exact ? 2 * power : power);
  }

  private static FloatQuantizer ranged(
      FloatFormat format, int bias, float scale, float range, ConversionMode wanted) {
    if (wanted.overflow() == Overflow.IEEE) {
      requireSpecials(format);
      return build(format, format, bias, scale, Float.POSITIVE_INFINITY, wanted);
    }
    FloatFormat codes = wanted.overflow() == Overflow.EXTEND ? format.extended() : format;
    return build(format, codes, bias, scale, clip(codes, bias, range), wanted);
  }

  private static void requireSpecials(FloatFormat format) {
    if (format.specials() == Specials.NONE) {
      throw Fp8simException.usage(
          "overflow 'ieee' needs a format with Inf or NaN ("
              + "ofp8-e4m3, ofp8-e5m2, fp16, bf16, e4m3fnuz, e5m2fnuz, binary8p3se ...), not "
              + format.name());
    }
  }

  /** The range and the largest finite value at once, such that no float32 value rounds to Inf. */
  private static float clip(FloatFormat codes, int bias, float range) {
    double limit = Math.min(Math.min(range, codes.maxFinite(bias)), Float.MAX_VALUE);
    int nearest = codes.roundMagnitude(limit, bias, Rounding.NEAREST_AWAY, 0);
    boolean fits = codes.magnitudeValue(nearest, bias) <= Float.MAX_VALUE;
    return (float) (fits ? limit : codes.magnitudeValue(nearest - 1, bias));
  }

  private static FloatQuantizer build(
      FloatFormat format,
      FloatFormat codes,
      int bias,
      float scale,
      float clip,
      ConversionMode wanted) {
    ConversionMode conversion =
        format.exponentBits() == 0
            ? new ConversionMode(wanted.rounding(), wanted.overflow(), Subnormals.KEEP)
            : wanted;
    float clipMin = format.signed() ? -clip : 0;
    return new FloatQuantizer(format, codes, bias, scale, clipMin, clip, conversion);
  }
}
