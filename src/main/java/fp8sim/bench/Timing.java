package fp8sim.bench;

import com.google.gson.JsonObject;
import fp8sim.common.JsonFile;
import fp8sim.kernel.Phase;
import java.util.Locale;
import java.util.Map;

/**
 * Median times of one run each, in nanoseconds.
 *
 * @param variant what was measured, e.g. {@code float32}
 * @param own its time
 * @param float32 the time of our own float32
 * @param other ONNX Runtime's, 0 if it was not measured
 * @param phases shares of what the time is spent on, or nothing
 */
record Timing(String variant, double own, double float32, double other, Map<Phase, Double> phases) {
  /** Speed relative to our own float32. */
  double ratioToFloat() {
    return float32 / own;
  }

  /** Speed relative to ONNX Runtime; NaN without it. */
  double ratioToOnnxRuntime() {
    return other > 0 ? other / own : Double.NaN;
  }

  String ratioToFloatText() {
    return text(ratioToFloat());
  }

  String ratioToOnnxRuntimeText() {
    return text(ratioToOnnxRuntime());
  }

  void addTo(JsonObject row, int threads) {
    row.addProperty("variant", variant);
    row.addProperty("threads", threads);
    row.addProperty("ratioToFloat", ratioToFloat());
    row.add("ratioToOnnxRuntime", JsonFile.number(ratioToOnnxRuntime()));
    if (!phases.isEmpty()) {
      JsonObject shares = new JsonObject();
      phases.forEach((phase, share) -> shares.addProperty(phase.label(), share));
      row.add("phases", shares);
    }
  }

  /** A ratio for people; nothing for NaN. */
  static String text(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
  }
}
