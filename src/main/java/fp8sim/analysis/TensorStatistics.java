package fp8sim.analysis;

import fp8sim.eval.SignalToNoise;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.TableQuantizer;
import java.util.Map;
import java.util.TreeMap;

/** What a quantizer does to the numbers that pass through it. */
public final class TensorStatistics {
  /** What {@link Math#getExponent(float)} gives for subnormal numbers. */
  private static final int BELOW_NORMAL = Float.MIN_EXPONENT - 1;

  private final SignalToNoise noise = new SignalToNoise();
  private final long[] exponents = new long[Float.MAX_EXPONENT - BELOW_NORMAL + 1];
  private long count;
  private long saturated;
  private long subnormal;
  private long zero;
  private long clipped;
  private double clippedNoise;
  private Clipped worst = Clipped.NONE;

  /**
   * Adds numbers that one quantizer has quantized.
   *
   * @param before its input
   * @param after its output, as long
   */
  public void add(float[] before, float[] after, Quantizer quantizer) {
    add(before, after, quantizer, QuantizerLimits.of(quantizer));
  }

  /**
   * As {@link #add(float[], float[], Quantizer)}, for many calls with one quantizer.
   *
   * @param limits of the quantizer
   */
  void add(float[] before, float[] after, Quantizer quantizer, QuantizerLimits limits) {
    noise.add(before, after);
    count += before.length;
    double smallestNormal = smallestNormal(quantizer);
    float scale = quantizer instanceof ScalarQuantizer scalar ? scalar.scale() : 1;
    for (int i = 0; i < before.length; i++) {
      float x = before[i];
      saturated += isSaturated(x, quantizer, limits) ? 1 : 0;
      subnormal += after[i] != 0 && Math.abs(after[i] / scale) < smallestNormal ? 1 : 0;
      zero += after[i] == 0 ? 1 : 0;
      // Masked scores are beyond the limits and stay as they are.
      if (limits.clips(x) && after[i] != x) {
        double error = (double) after[i] - x;
        clipped++;
        clippedNoise += error * error;
        worst = worst.or(limits.clipped(x));
      }
      if (x != 0 && Float.isFinite(x)) {
        exponents[Math.getExponent(x) - BELOW_NORMAL]++;
      }
    }
  }

  /** On the grid; 0 where there are no subnormal numbers, or each block has its own. */
  private static double smallestNormal(Quantizer quantizer) {
    return quantizer instanceof FloatQuantizer q && !q.codeFormat().normalOnly()
        ? Math.scalb(1.0, 1 - q.bias())
        : 0;
  }

  private static boolean isSaturated(float x, Quantizer quantizer, QuantizerLimits limits) {
    return switch (quantizer) {
      case FloatQuantizer q -> x / q.scale() > q.clipMax() || x / q.scale() < q.clipMin();
      case IntegerQuantizer q -> {
        double integer = Math.rint(x / q.scale()) + q.zeroPoint();
        yield integer > q.max() || integer < q.min();
      }
      case BlockQuantizer _, TableQuantizer _ -> x > limits.high() || x < limits.low();
    };
  }

  /** In dB; see {@link SignalToNoise}. */
  public double sqnr() {
    return noise.decibels();
  }

  /** The share of numbers beyond the range. */
  public double saturated() {
    return (double) saturated / count;
  }

  /** The share of numbers that lie beyond the quantizer's largest value by more than rounding. */
  public double clipped() {
    return (double) clipped / count;
  }

  /** The share of the squared error that is made by clipping; NaN without any error. */
  public double clippedNoise() {
    return clippedNoise / noise.noise();
  }

  /** The number that is farthest beyond the quantizer's values, or {@link Clipped#NONE}. */
  public Clipped worst() {
    return worst;
  }

  /** The share of results below the smallest normal number, but not zero. */
  public double subnormal() {
    return (double) subnormal / count;
  }

  /** The share of results that are zero. */
  public double zero() {
    return (double) zero / count;
  }

  /** How many finite numbers other than zero have each binary exponent, before quantization. */
  public Map<Integer, Long> exponents() {
    Map<Integer, Long> counts = new TreeMap<>();
    for (int i = 0; i < exponents.length; i++) {
      if (exponents[i] > 0) {
        counts.put(i + BELOW_NORMAL, exponents[i]);
      }
    }
    return counts;
  }
}
