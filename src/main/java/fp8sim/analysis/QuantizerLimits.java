package fp8sim.analysis;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Quantizer;
import fp8sim.format.Rounding;
import fp8sim.format.TableQuantizer;
import fp8sim.quant.ValueRange;

/**
 * The values that a quantizer can give, and how far beyond them a number is only rounded.
 *
 * @param low smallest value
 * @param high largest value
 * @param lowStep between codes at the smallest value
 * @param highStep between codes at the largest value
 */
record QuantizerLimits(double low, double high, double lowStep, double highStep) {
  /**
   * Numbers are rounded, not clipped, up to half a step beyond; what is more is for the rounding of
   * scales and zero points in float32.
   */
  private static final double ROUNDED = 0.51;

  static QuantizerLimits of(Quantizer quantizer) {
    return switch (quantizer) {
      case FloatQuantizer q -> of(q);
      case IntegerQuantizer q -> {
        double scale = q.scale();
        double low = scale * (q.min() - q.zeroPoint());
        yield new QuantizerLimits(low, scale * (q.max() - q.zeroPoint()), scale, scale);
      }
      case BlockQuantizer q -> {
        QuantizerLimits element = of(q.element());
        double scale = q.scale(Float.MAX_VALUE);
        double step = scale * element.highStep;
        yield new QuantizerLimits(scale * element.low, scale * element.high, step, step);
      }
      case TableQuantizer q -> of(q);
    };
  }

  private static QuantizerLimits of(FloatQuantizer q) {
    FloatFormat codes = q.codeFormat();
    double scale = q.scale();
    double limit = Math.min(q.clipMax(), codes.maxFinite(q.bias()));
    int top = codes.roundMagnitude(limit, q.bias(), Rounding.NEAREST_EVEN, 0);
    double high = scale * codes.magnitudeValue(top, q.bias());
    // Below the format's top a range ends, and what is beyond it is rounded to the next code.
    int next = top < codes.maxMagnitude() ? top + 1 : top - 1;
    double step = Math.abs(scale * codes.magnitudeValue(next, q.bias()) - high);
    return q.clipMin() < 0
        ? new QuantizerLimits(-high, high, step, step)
        : new QuantizerLimits(0, high, scale * codes.magnitudeValue(1, q.bias()), step);
  }

  private static QuantizerLimits of(TableQuantizer q) {
    double low = q.rankValue(q.low());
    double high = q.rankValue(q.high());
    double lowStep = q.rankValue(Math.min(q.low() + 1, q.high())) - low;
    double highStep = high - q.rankValue(Math.max(q.high() - 1, q.low()));
    return new QuantizerLimits(low, high, lowStep, highStep);
  }

  /** Whether a number is beyond the values by more than rounding. */
  boolean clips(double x) {
    return x > high + ROUNDED * highStep || x < low - ROUNDED * lowStep;
  }

  /** A number that is beyond. */
  Clipped clipped(double x) {
    return new Clipped(x, x > high ? high : low);
  }

  /** The end of a range that is farther beyond, or {@link Clipped#NONE}. */
  Clipped clipped(ValueRange range) {
    Clipped max = clips(range.max()) ? clipped(range.max()) : Clipped.NONE;
    return clips(range.min()) ? max.or(clipped(range.min())) : max;
  }
}
