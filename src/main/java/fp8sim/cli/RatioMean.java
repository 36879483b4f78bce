package fp8sim.cli;

import java.io.PrintStream;
import java.util.Locale;

/** Geometric mean and minimum of ratios to ONNX Runtime. */
final class RatioMean {
  private double logSum;
  private double least = Double.POSITIVE_INFINITY;
  private int count;

  void add(Timing timing) {
    if (timing.other() > 0) {
      logSum += Math.log(timing.ratioToOnnxRuntime());
      least = Math.min(least, timing.ratioToOnnxRuntime());
      count++;
    }
  }

  void print(PrintStream out) {
    if (count > 0) {
      out.printf(
          Locale.ROOT,
          "speed relative to ONNX Runtime: geometric mean %.2f, least %.2f%n",
          Math.exp(logSum / count),
          least);
    }
  }
}
