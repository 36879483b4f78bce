package fp8sim.bench;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Geometric means of one variant's speed over all workloads, for each number of threads. */
public final class SpeedMeans {
  private final String variant;
  private final Map<Integer, Map<JsonObject, Timing>> timings = new LinkedHashMap<>();

  public SpeedMeans(String variant) {
    this.variant = variant;
  }

  /**
   * Adds a measurement.
   *
   * @param subject what was measured, as {@link Workload#subject()}
   */
  public void add(JsonObject subject, int threads, Timing timing) {
    timings.computeIfAbsent(threads, count -> new LinkedHashMap<>()).put(subject, timing);
  }

  /** The means for each number of threads, in the order in which these were added. */
  public List<SpeedMean> all() {
    List<SpeedMean> means = new ArrayList<>();
    timings.forEach((threads, measured) -> means.add(mean(threads, measured)));
    return means;
  }

  @SuppressWarnings("ReferenceEquality") // the same list, whatever stands in it
  private SpeedMean mean(int threads, Map<JsonObject, Timing> measured) {
    Map<JsonObject, Timing> fewest = timings.values().iterator().next();
    double least =
        measured.values().stream().mapToDouble(Timing::ratioToOnnxRuntime).min().orElse(Double.NaN);
    return new SpeedMean(
        variant,
        threads,
        mean(measured, Timing::ratioToFloat),
        mean(measured, Timing::ratioToOnnxRuntime),
        least,
        mean(fewest, Timing::own) / mean(measured, Timing::own),
        measured == fewest);
  }

  private static double mean(Map<JsonObject, Timing> measured, ToDoubleFunction<Timing> value) {
    return Math.exp(
        measured.values().stream()
            .mapToDouble(t -> Math.log(value.applyAsDouble(t)))
            .average()
            .orElse(Double.NaN));
  }
}
