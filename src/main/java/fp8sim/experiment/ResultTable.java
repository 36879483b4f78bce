package fp8sim.experiment;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.CsvText;
import fp8sim.common.DisplayText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Results as tables: every digit for programs, rounded for papers. */
public final class ResultTable {
  private final ResultSet results;
  private final List<String> axes;
  private final List<ScoreColumn> columns;

  public ResultTable(ResultSet results) {
    this.results = results;
    this.axes = results.axes();
    this.columns = ScoreColumn.ALL.stream().filter(column -> column.isShown(scores())).toList();
  }

  private List<JsonObject> scores() {
    return results.results().stream().map(results::scores).toList();
  }

  /** {@link CsvText} with a header. */
  String csv() {
    List<String> header = new ArrayList<>(List.of("index", "id"));
    header.addAll(axes);
    for (ScoreColumn column : columns) {
      String key = column.key();
      header.addAll(column.isInterval() ? List.of(key + "Low", key + "High") : List.of(key));
    }
    header.addAll(List.of("worstLayer", "macs", "error"));
    StringBuilder csv = new StringBuilder(CsvText.line(header));
    for (PointResult result : results.results()) {
      JsonObject scores = results.scores(result);
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(result.point().index()));
      cells.add(result.point().id());
      axes.forEach(axis -> cells.add(Texts.of(result.point().axes().get(axis))));
      for (ScoreColumn column : columns) {
        JsonElement value = scores.get(column.key());
        if (column.isInterval()) {
          boolean known = value != null;
          cells.add(known ? Texts.of(value.getAsJsonArray().get(0)) : "");
          cells.add(known ? Texts.of(value.getAsJsonArray().get(1)) : "");
        } else {
          cells.add(Texts.of(value));
        }
      }
      cells.add(Texts.of(scores.get("worstLayer")));
      cells.add(Texts.of(scores.get("macs")));
      cells.add(result.error() == null ? "" : result.error());
      csv.append(CsvText.line(cells));
    }
    return csv.toString();
  }

  /** The columns: the plan's axes, then scores. */
  public List<String> header() {
    List<String> header = new ArrayList<>(axes);
    columns.forEach(column -> header.add(column.title(scores())));
    return header;
  }

  /** A row of rounded texts for each point. */
  public List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (PointResult result : results.results()) {
      JsonObject scores = results.scores(result);
      List<String> cells = new ArrayList<>();
      axes.forEach(axis -> cells.add(Texts.of(result.point().axes().get(axis))));
      columns.forEach(column -> cells.add(column.rounded(scores)));
      if (!result.isFinished()) {
        cells.set(axes.size(), "failed");
      }
      rows.add(cells);
    }
    return rows;
  }

  /** The number of columns before the scores. */
  public int axes() {
    return axes.size();
  }

  /** A Markdown table. */
  String markdown() {
    StringBuilder table = new StringBuilder(markdownLine(header()));
    table.append("|").append("---|".repeat(axes.size()));
    table.append("---:|".repeat(columns.size())).append("\n");
    rows().forEach(cells -> table.append(markdownLine(cells)));
    for (PointResult result : results.results()) {
      if (!result.isFinished()) {
        table.append("\n").append(markdownText(result.point().describe() + ": " + result.error()));
      }
    }
    return table.append(table.charAt(table.length() - 1) == '\n' ? "" : "\n").toString();
  }

  private static String markdownLine(List<String> cells) {
    return cells.stream()
        .map(ResultTable::markdownText)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A text without line breaks and without what Markdown takes for cells, HTML or links. */
  private static String markdownText(String text) {
    return DisplayText.printable(text.strip().replaceAll("\\s*\\R\\s*", " "))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\\", "&#92;")
        .replace("|", "&#124;")
        .replace("](", "]&#40;");
  }
}
