package fp8sim.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names and errors that mean something to spreadsheets, Markdown or browsers. */
class ResultTableTest {
  private static JsonObject json(String text) {
    return JsonParser.parseString(text.replace('\'', '"')).getAsJsonObject();
  }

  private static ResultTable table() {
    JsonObject axes = json("{'model': '=cmd|a\\n<img src=x>', 'result-bias': -3}");
    Point point = new Point(0, axes, axes, new JsonObject(), "1.0");
    JsonObject plan = json("{'axes': {'model': [], 'result-bias': []}}");
    String error = "@x: a\\|b\n# <script>1 & 2</script> [c](http://d)";
    List<PointResult> results = List.of(PointResult.failed(point, error));
    return new ResultTable(new ResultSet("1.0", plan, null, results));
  }

  @Test
  void csvHoldsNoFormulas() {
    assertThat(table().csv())
        .contains(",\"'=cmd|a\n<img src=x>\",-3,")
        .endsWith(",\"'@x: a\\|b\n# <script>1 & 2</script> [c](http://d)\"\n");
  }

  @Test
  void markdownHoldsNoHtmlAndKeepsItsLines() {
    List<String> lines = table().markdown().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(2)).startsWith("| =cmd&#124;a &lt;img src=x&gt; | -3 | ");
    assertThat(lines.get(4))
        .endsWith("@x: a&#92;&#124;b # &lt;script&gt;1 &amp; 2&lt;/script&gt; [c]&#40;http://d)");
  }
}
