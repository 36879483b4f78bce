package fp8sim.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.frame.TextTable;
import fp8sim.common.JsonFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Geometric means of one variant's speed over all workloads, for each number of threads. */
final class SpeedMeans {
  private final String variant;
  private final Map<Integer, Map<JsonObject, Timing>> timings = new LinkedHashMap<>();

  SpeedMeans(String variant) {
    this.variant = variant;
  }

  void add(JsonObject subject, int threads, Timing timing) {
    timings.computeIfAbsent(threads, count -> new LinkedHashMap<>()).put(subject, timing);
  }

  /** Adds a line for each number of threads. */
  void addTo(TextTable table, JsonArray rows) {
    Map<JsonObject, Timing> fewest = timings.values().iterator().next();
    timings.forEach(
        (threads, measured) -> {
          double toFloat = mean(measured, Timing::ratioToFloat);
          double toOther = mean(measured, Timing::ratioToOnnxRuntime);
          double least =
              measured.values().stream()
                  .mapToDouble(Timing::ratioToOnnxRuntime)
                  .min()
                  .orElse(Double.NaN);
          double scaling = mean(fewest, Timing::own) / mean(measured, Timing::own);
          table.row(
              variant,
              Integer.toString(threads),
              Timing.text(toFloat),
              Timing.text(toOther),
              Timing.text(least),
              measured == fewest ? "" : Timing.text(scaling));
          JsonObject row = new JsonObject();
          row.addProperty("variant", variant);
          row.addProperty("threads", threads);
          row.addProperty("ratioToFloat", toFloat);
          row.add("ratioToOnnxRuntime", JsonFile.number(toOther));
          row.add("leastRatioToOnnxRuntime", JsonFile.number(least));
          row.addProperty("ratioToFewestThreads", scaling);
          rows.add(row);
        });
  }

  private static double mean(Map<JsonObject, Timing> measured, ToDoubleFunction<Timing> value) {
    return Math.exp(
        measured.values().stream()
            .mapToDouble(t -> Math.log(value.applyAsDouble(t)))
            .average()
            .orElse(Double.NaN));
  }
}
