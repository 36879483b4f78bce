package fp8sim.report;

import fp8sim.eval.Interval;
import fp8sim.eval.Scores;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One self-contained HTML page with the accuracy of several networks under several numerics: a
 * table, and a bar with the 95 % interval for each entry. No script, no network, light and dark.
 *
 * @param title heading of the page
 * @param columns the numerics, the first one being what the others are compared with
 * @param rows by network
 * @param facts what a reader needs to reproduce the page, as name and value
 */
public record AccuracyPage(
    String title, List<String> columns, List<Row> rows, Map<String, String> facts) {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --bar: #3b7dd8; --line: #8886; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto;
        padding: 0 1rem; }
      h1 { font-size: 1.5rem; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; }
      th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
      th:first-child, td:first-child { text-align: left; }
      .low { color: #c33; font-weight: 600; }
      .chart { display: grid; grid-template-columns: 11rem 1fr 4rem; gap: .2rem .6rem;
        align-items: center; margin: .5rem 0 1.5rem; }
      .track { position: relative; height: 1rem; background: #8882; border-radius: 3px; }
      .fill { position: absolute; inset: 0 auto 0 0; background: var(--bar); border-radius: 3px; }
      .interval { position: absolute; top: .4rem; height: .2rem; background: currentColor;
        opacity: .7; }
      dt { font-weight: 600; }
      dd { margin: 0 0 .4rem; overflow-wrap: anywhere; }
      """;

  /** Drop of top-1, as a fraction, from which an entry is marked. */
  private static final double MARKED_DROP = 0.05;

  /**
   * One network.
   *
   * @param scores one for each column
   */
  public record Row(String network, List<Scores> scores) {
    public Row {
      scores = List.copyOf(scores);
    }
  }

  public AccuracyPage {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** The whole page. */
  public String html() {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escaped(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>")
        .append(escaped(title))
        .append("</h1>\n");
    table(html);
    rows.forEach(row -> chart(html, row));
    html.append("<h2>How this was made</h2>\n<dl>\n");
    facts.forEach(
        (name, value) ->
            html.append("<dt>")
                .append(escaped(name))
                .append("</dt><dd>")
                .append(escaped(value))
                .append("</dd>\n"));
    return html.append("</dl>\n</body></html>\n").toString();
  }

  private void table(StringBuilder html) {
    html.append("<p>Top-1 accuracy in percent; red: at least ")
        .append(Math.round(100 * MARKED_DROP))
        .append(" points below ")
        .append(escaped(columns.getFirst()))
        .append(".</p>\n<div class=\"scroll\"><table>\n<tr><th>network</th>");
    columns.forEach(column -> html.append("<th>").append(escaped(column)).append("</th>"));
    html.append("</tr>\n");
    for (Row row : rows) {
      html.append("<tr><td>").append(escaped(row.network())).append("</td>");
      double best = row.scores().getFirst().top1();
      for (Scores scores : row.scores()) {
        boolean low = scores.top1() <= best - MARKED_DROP;
        html.append(low ? "<td class=\"low\">" : "<td>")
            .append(percent(scores.top1()))
            .append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table></div>\n");
  }

  private void chart(StringBuilder html, Row row) {
    long images = row.scores().getFirst().images();
    html.append("<h2>").append(escaped(row.network())).append("</h2>\n<p>Top-1 on ").append(images);
    html.append(" images; the dark line is the 95 % interval.</p>\n<div class=\"chart\">\n");
    for (int i = 0; i < columns.size(); i++) {
      Scores scores = row.scores().get(i);
      Interval interval = scores.interval95();
      html.append("<span>").append(escaped(columns.get(i))).append("</span>");
      html.append(
          "<span class=\"track\"><span class=\"fill\" style=\"width:%s%%\"></span>"
              .formatted(percent(scores.top1())));
      html.append(
          "<span class=\"interval\" style=\"left:%s%%;width:%s%%\"></span></span>"
              .formatted(percent(interval.low()), percent(interval.high() - interval.low())));
      html.append("<span>").append(percent(scores.top1())).append("</span>\n");
    }
    html.append("</div>\n");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
