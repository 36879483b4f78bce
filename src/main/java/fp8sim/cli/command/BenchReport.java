package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.bench.SpeedMean;
import fp8sim.bench.SpeedMeans;
import fp8sim.bench.Timing;
import fp8sim.bench.Workload;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.TextTable;
import fp8sim.common.JsonFile;
import fp8sim.kernel.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What {@code bench} measured: a row for each variant of each workload, and their means. */
final class BenchReport {
  private final List<String> header = new ArrayList<>();
  private final List<List<String>> cells = new ArrayList<>();
  private final List<List<String>> profiles = new ArrayList<>();
  private final List<List<String>> kernels = new ArrayList<>();
  private final JsonArray rows = new JsonArray();
  private final Map<String, SpeedMeans> means = new LinkedHashMap<>();

  /** Adds the measurements of a workload. */
  void add(Workload workload, int threads, List<Timing> timings) {
    if (header.isEmpty()) {
      header.addAll(workload.subject().keySet());
      header.addAll(List.of("variant", "threads", workload.unit(), "to float32"));
      header.addAll(List.of("ONNX Runtime " + workload.unit(), "to ONNX Runtime"));
    }
    for (Timing timing : timings) {
      List<String> line = new ArrayList<>();
      workload.subject().asMap().values().stream().map(JsonElement::getAsString).forEach(line::add);
      line.addAll(List.of(timing.variant(), Integer.toString(threads)));
      line.addAll(List.of(text(workload, timing.own()), ratio(timing.ratioToFloat())));
      line.addAll(List.of(text(workload, timing.other()), ratio(timing.ratioToOnnxRuntime())));
      cells.add(line);
      if (!timing.phases().isEmpty()) {
        profiles.add(profile(line.subList(0, workload.subject().size() + 2), timing.phases()));
      }
      addKernels(line.subList(0, workload.subject().size() + 2), timing.kernels());
      JsonObject row = workload.subject();
      addTo(row, threads, timing);
      row.addProperty(workload.key(), workload.figure(timing.own()));
      rows.add(row);
      means
          .computeIfAbsent(timing.variant(), SpeedMeans::new)
          .add(workload.subject(), threads, timing);
    }
  }

  private static void addTo(JsonObject row, int threads, Timing timing) {
    row.addProperty("variant", timing.variant());
    row.addProperty("threads", threads);
    row.addProperty("ratioToFloat", timing.ratioToFloat());
    row.add("ratioToOnnxRuntime", JsonFile.number(timing.ratioToOnnxRuntime()));
    if (!timing.phases().isEmpty()) {
      JsonObject shares = new JsonObject();
      timing.phases().forEach((phase, share) -> shares.addProperty(phase.label(), share));
      row.add("phases", shares);
    }
    if (!timing.kernels().isEmpty()) {
      JsonObject texts = new JsonObject();
      timing.kernels().forEach(texts::addProperty);
      row.add("kernels", texts);
    }
  }

  /** One line for the steps that are computed in the same way for the same reason. */
  private void addKernels(List<String> workload, Map<String, String> ofSteps) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    ofSteps.values().forEach(text -> counts.merge(text, 1, Integer::sum));
    counts.forEach(
        (text, count) -> {
          List<String> line = new ArrayList<>(workload);
          line.add(Integer.toString(count));
          line.add(text);
          kernels.add(line);
        });
  }

  /** A ratio for people; nothing for NaN. */
  private static String ratio(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String text(Workload workload, double nanos) {
    return nanos > 0 ? workload.text(workload.figure(nanos)) : "";
  }

  private static List<String> profile(List<String> workload, Map<Phase, Double> phases) {
    Stream<String> percent =
        phases.values().stream().map(share -> String.format(Locale.ROOT, "%.0f", 100 * share));
    return Stream.concat(workload.stream(), percent).toList();
  }

  /** Prints the tables and puts them into the result. */
  void finish(Invocation invocation) {
    int variant = header.indexOf("variant");
    invocation.out().println(table(header, cells, variant));
    invocation.result().put("rows", rows);
    if (!kernels.isEmpty()) {
      List<String> titles = new ArrayList<>(header.subList(0, variant + 2));
      titles.addAll(List.of("layers", "kernel"));
      TextTable table = new TextTable(titles.toArray(String[]::new));
      kernels.forEach(line -> table.row(line.toArray(String[]::new)));
      invocation.out().println(table.alignRight(variant + 1, variant + 2));
    }
    if (!profiles.isEmpty()) {
      List<String> titles = new ArrayList<>(header.subList(0, variant + 2));
      Stream.of(Phase.values()).map(phase -> phase.label() + " %").forEach(titles::add);
      invocation.out().println(table(titles, profiles, variant));
    }
    TextTable summary =
        new TextTable(
            "geometric means",
            "threads",
            "to float32",
            "to ONNX Runtime",
            "least",
            "to fewest threads");
    JsonArray json = new JsonArray();
    for (SpeedMeans ofVariant : means.values()) {
      for (SpeedMean mean : ofVariant.all()) {
        summary.row(cells(mean));
        json.add(json(mean));
      }
    }
    invocation.out().print(summary.alignRight(1, 2, 3, 4, 5));
    invocation.result().put("means", json);
  }

  private static String[] cells(SpeedMean mean) {
    return new String[] {
      mean.variant(),
      Integer.toString(mean.threads()),
      ratio(mean.toFloat()),
      ratio(mean.toOnnxRuntime()),
      ratio(mean.leastToOnnxRuntime()),
      mean.isFewest() ? "" : ratio(mean.toFewestThreads())
    };
  }

  private static JsonObject json(SpeedMean mean) {
    JsonObject row = new JsonObject();
    row.addProperty("variant", mean.variant());
    row.addProperty("threads", mean.threads());
    row.addProperty("ratioToFloat", mean.toFloat());
    row.add("ratioToOnnxRuntime", JsonFile.number(mean.toOnnxRuntime()));
    row.add("leastRatioToOnnxRuntime", JsonFile.number(mean.leastToOnnxRuntime()));
    row.addProperty("ratioToFewestThreads", mean.toFewestThreads());
    return row;
  }

  /** A table with numbers behind the variant's column. */
  private static TextTable table(List<String> titles, List<List<String>> lines, int variant) {
    TextTable table = new TextTable(titles.toArray(String[]::new));
    lines.forEach(line -> table.row(line.toArray(String[]::new)));
    return table.alignRight(
        IntStream.range(variant + 1, titles.size()).boxed().toArray(Integer[]::new));
  }
}
