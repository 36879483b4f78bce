package fp8sim.cli;

/**
 * Median times of one run each, in nanoseconds.
 *
 * @param other ONNX Runtime's, 0 if it was not measured
 */
record Timing(double own, double other) {
  /** Speed relative to ONNX Runtime; NaN without it. */
  double ratio() {
    return other > 0 ? other / own : Double.NaN;
  }

  String ratioText() {
    return other > 0 ? "%.2f".formatted(ratio()) : "";
  }
}
