package fp8sim.bench;

import fp8sim.kernel.Phase;
import java.util.Map;

/**
 * Median times of one run each, in nanoseconds.
 *
 * @param variant what was measured, e.g. {@code float32}
 * @param own its time
 * @param float32 the time of our own float32
 * @param other ONNX Runtime's, 0 if it was not measured
 * @param phases shares of what the time is spent on, or nothing
 * @param kernels how steps that multiply codes are computed, and why so, by their names
 */
public record Timing(
    String variant,
    double own,
    double float32,
    double other,
    Map<Phase, Double> phases,
    Map<String, String> kernels) {
  /** Speed relative to our own float32. */
  public double ratioToFloat() {
    return float32 / own;
  }

  /** Speed relative to ONNX Runtime; NaN without it. */
  public double ratioToOnnxRuntime() {
    return other > 0 ? other / own : Double.NaN;
  }
}
