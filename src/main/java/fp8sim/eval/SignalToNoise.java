package fp8sim.eval;

/**
 * The signal to quantization noise ratio of numbers that stand for others: {@code 10 log10(sum of
 * squares of the true numbers / sum of squared errors)}, added in float64 in the order given.
 */
public final class SignalToNoise {
  private double signal;
  private double noise;

  /** Adds numbers and what stands for them; both arrays have the same length. */
  public void add(float[] exact, float[] other) {
    for (int i = 0; i < exact.length; i++) {
      double error = (double) other[i] - exact[i];
      signal += (double) exact[i] * exact[i];
      noise += error * error;
    }
  }

  /** The sum of squared errors. */
  public double noise() {
    return noise;
  }

  /** In dB: infinite without any error, NaN if a number was NaN or nothing was added. */
  public double decibels() {
    return 10 * Math.log10(signal / noise);
  }
}
