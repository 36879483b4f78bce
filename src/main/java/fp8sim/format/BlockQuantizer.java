package fp8sim.format;

import fp8sim.common.Fp8simException;
import java.util.function.IntUnaryOperator;

/**
 * Quantizes blocks of numbers along an axis of a tensor. Each block has a scale {@code s} that
 * follows from its largest magnitude; the value of a number is {@code element(x / s) * s}, quotient
 * and product in float32 (docs/semantics.md section 2.6; OCP Microscaling Formats v1.0, 6.3).
 *
 * @param format what was asked for
 * @param axis along which blocks lie; negative ones count from the last
 * @param tensorScale what scales of blocks are relative to; 1 where the format has no such scale
 * @param element quantizes what is left when the scale is divided out
 */
public record BlockQuantizer(
    BlockFormat format, int axis, float tensorScale, ScalarQuantizer element) implements Quantizer {
  private static final int MAX_EXPONENT = 127;

  /** Scales that may have given the numbers of a block. */
  private static final int SCALES_TRIED = 4;

  /**
   * The quantizer of a tensor.
   *
   * @param maxval limit of the tensor's range, finite and not negative; only formats with a scale
   *     of the tensor depend on it
   * @throws Fp8simException (usage) unless overflow saturates
   */
  public static BlockQuantizer of(
      BlockFormat format, int axis, float maxval, ConversionMode conversion) {
    if (conversion.overflow() != Overflow.SATURATE) {
      throw Fp8simException.usage("elements of block format " + format.name() + " saturate");
    }
    ScalarQuantizer element =
        switch (format.element()) {
          case FloatFormat minifloat ->
              Quantizers.withBias(minifloat, minifloat.standardBias(), conversion);
          case IntegerFormat integer -> {
            int top = integer.signedMax();
            yield new IntegerQuantizer(integer, BlockFormat.integerStep(integer), 0, -top, top);
          }
          default -> throw new IllegalStateException(format.name() + " has no elements");
        };
    return new BlockQuantizer(format, axis, format.tensorScale(maxval), element);
  }

  @Override
  public int codeBits() {
    return element.codeBits();
  }

  @Override
  public boolean isStochastic() {
    return element.isStochastic();
  }

  /**
   * The scale of a block, that of the tensor included: a positive float32 number.
   *
   * @param largest magnitude in the block, finite; infinities count as the largest float32 number,
   *     and NaN does not count
   */
  public float scale(float largest) {
    double top = format.largestElement();
    return switch (format.scale()) {
      case BlockScale.PowerOfTwo _ -> {
        int exponent = Math.getExponent((double) largest) - Math.getExponent(top);
        yield (float) Math.scalb(1.0, Math.clamp(exponent, -MAX_EXPONENT, MAX_EXPONENT));
      }
      case BlockScale.Real _ -> {
        float scale = Math.max((float) (largest / top), Float.MIN_VALUE);
        yield isFinite(scale) ? scale : Math.nextDown(scale);
      }
      case BlockScale.Minifloat minifloat -> rounded(minifloat.format(), largest / top);
    };
  }

  /** The nearest scale of a format; not zero, so that no number of a block gets lost with it. */
  private float rounded(FloatFormat scales, double wanted) {
    int bias = scales.standardBias();
    int nearest = scales.roundMagnitude(wanted / tensorScale, bias, Rounding.NEAREST_EVEN, 0);
    return scaleOfCode(scales, Math.clamp(nearest, 1, scales.maxMagnitude()));
  }

  /** The scale whose code is a magnitude, or the largest below that keeps elements finite. */
  public float scaleOfCode(FloatFormat scales, int magnitude) {
    int bias = scales.standardBias();
    float scale = withTensorScale(scales.magnitudeValue(magnitude, bias));
    return isFinite(scale) ? scale : scaleOfCode(scales, magnitude - 1);
  }

  private float withTensorScale(double scale) {
    return Math.max((float) (scale * tensorScale), Float.MIN_VALUE);
  }

  private boolean isFinite(float scale) {
    return !Float.isInfinite((float) (format.largestElement() * scale));
  }

  /**
   * The scale of a block.
   *
   * @param first index of its first number
   * @param stride from one number to the next
   */
  public float scale(float[] values, int first, int stride, int count) {
    float largest = 0;
    for (int i = 0; i < count; i++) {
      float magnitude = Math.abs(values[first + i * stride]);
      // NaN is not larger than anything.
      largest = magnitude > largest ? magnitude : largest;
    }
    return scale(Math.min(largest, Float.MAX_VALUE));
  }

  /**
   * The scale of a block of quantized numbers, found again: the smallest one from that of {@link
   * #scale(float[], int, int, int)} on with which all of them are values. Rounding a scale up may
   * have made the largest number one step smaller than the largest element.
   */
  public float scaleOfQuantized(float[] values, int first, int stride, int count) {
    float start = scale(values, first, stride, count);
    float scale = start;
    for (int i = 0; i < SCALES_TRIED && format.scale() instanceof BlockScale.Minifloat m; i++) {
      if (areValues(scale, values, first, stride, count)) {
        return scale;
      }
      int bias = m.format().standardBias();
      int magnitude =
          m.format().roundMagnitude(scale / (double) tensorScale, bias, Rounding.NEAREST_EVEN, 0);
      int next = Math.min(magnitude + 1, m.format().maxMagnitude());
      scale = withTensorScale(m.format().magnitudeValue(next, bias));
    }
    return start;
  }

  private boolean areValues(float scale, float[] values, int first, int stride, int count) {
    for (int i = first; i < first + count * stride; i += stride) {
      float x = values[i];
      if (!Float.isNaN(x) && element.apply(x / scale) * scale != x) {
        return false;
      }
    }
    return true;
  }

  /**
   * Quantizes a block in place. Zero becomes +0; NaN stays NaN; infinities are limited like large
   * numbers.
   *
   * @param random 32 random bits by index, for stochastic rounding
   */
  public void apply(float[] values, int first, int stride, int count, IntUnaryOperator random) {
    float scale = scale(values, first, stride, count);
    for (int i = first; i < first + count * stride; i += stride) {
      values[i] = element.apply(values[i] / scale, random.applyAsInt(i)) * scale;
    }
  }
}
