package fp8sim.analysis;

import fp8sim.eval.SignalToNoise;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Quantizer;
import java.util.Map;
import java.util.TreeMap;

/** What a quantizer does to the numbers that pass through it. */
public final class TensorStatistics {
  private final SignalToNoise noise = new SignalToNoise();
  private final Map<Integer, Long> exponents = new TreeMap<>();
  private long count;
  private long saturated;
  private long subnormal;
  private long zero;

  /**
   * Adds numbers that one quantizer has quantized.
   *
   * @param before its input
   * @param after its output, as long
   */
  public void add(float[] before, float[] after, Quantizer quantizer) {
    noise.add(before, after);
    count += before.length;
    for (int i = 0; i < before.length; i++) {
      saturated += isSaturated(before[i], quantizer) ? 1 : 0;
      subnormal += isSubnormal(after[i], quantizer) ? 1 : 0;
      zero += after[i] == 0 ? 1 : 0;
      if (before[i] != 0 && Float.isFinite(before[i])) {
        exponents.merge(Math.getExponent(before[i]), 1L, Long::sum);
      }
    }
  }

  private static boolean isSaturated(float x, Quantizer quantizer) {
    return switch (quantizer) {
      case FloatQuantizer q -> x / q.scale() > q.clipMax() || x / q.scale() < q.clipMin();
      case IntegerQuantizer q -> {
        double integer = Math.rint(x / q.scale()) + q.zeroPoint();
        yield integer > q.max() || integer < q.min();
      }
    };
  }

  private static boolean isSubnormal(float value, Quantizer quantizer) {
    return quantizer instanceof FloatQuantizer q
        && !q.codeFormat().normalOnly()
        && value != 0
        && Math.abs(value / q.scale()) < Math.scalb(1.0, 1 - q.bias());
  }

  /** In dB; see {@link SignalToNoise}. */
  public double sqnr() {
    return noise.decibels();
  }

  /** The share of numbers beyond the range. */
  public double saturated() {
    return (double) saturated / count;
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
    return new TreeMap<>(exponents);
  }
}
