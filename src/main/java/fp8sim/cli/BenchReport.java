package fp8sim.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What {@code bench} measured: a row for each variant of each workload, and their means. */
final class BenchReport {
  private final List<String> header = new ArrayList<>();
  private final List<List<String>> cells = new ArrayList<>();
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
      line.addAll(List.of(text(workload, timing.own()), timing.ratioToFloatText()));
      line.addAll(List.of(text(workload, timing.other()), timing.ratioToOnnxRuntimeText()));
      cells.add(line);
      JsonObject row = workload.subject();
      timing.addTo(row, threads);
      row.addProperty(workload.key(), workload.figure(timing.own()));
      rows.add(row);
      means
          .computeIfAbsent(timing.variant(), SpeedMeans::new)
          .add(workload.subject(), threads, timing);
    }
  }

  private static String text(Workload workload, double nanos) {
    return nanos > 0 ? workload.text(workload.figure(nanos)) : "";
  }

  /** Prints both tables and puts them into the result. */
  void finish(Invocation invocation) {
    TextTable table = new TextTable(header.toArray(String[]::new));
    cells.forEach(line -> table.row(line.toArray(String[]::new)));
    int variant = header.indexOf("variant");
    Integer[] numbers = IntStream.range(variant + 1, header.size()).boxed().toArray(Integer[]::new);
    invocation.out().println(table.alignRight(numbers));
    invocation.result().put("rows", rows);
    TextTable summary =
        new TextTable(
            "geometric means",
            "threads",
            "to float32",
            "to ONNX Runtime",
            "least",
            "to fewest threads");
    JsonArray json = new JsonArray();
    means.values().forEach(mean -> mean.addTo(summary, json));
    invocation.out().print(summary.alignRight(1, 2, 3, 4, 5));
    invocation.result().put("means", json);
  }
}
