package fp8sim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import fp8sim.common.Versions;
import fp8sim.experiment.Point;
import fp8sim.experiment.PointResult;
import fp8sim.experiment.ResultSet;
import fp8sim.numerics.Numerics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The results of a sweep as one HTML page: a table to sort and filter, charts, heat maps of the
 * multipliers, and how to reproduce each point. Script, styles and data are in the page, so that it
 * needs no network.
 */
public final class SweepPage {
  private final ResultSet results;
  private final Function<Point, ShownMultiplier> multipliers;
  private final Map<MultiplierPicture.PictureKey, Optional<MultiplierPicture>> pictures =
      new LinkedHashMap<>();

  /**
   * A page.
   *
   * @param multipliers of all points of the results
   */
  public SweepPage(ResultSet results, Function<Point, ShownMultiplier> multipliers) {
    this.results = results;
    this.multipliers = multipliers;
  }

  /** The whole page. */
  public String html() {
    return new PageTemplate("report.html")
        .title(results.plan().get("name").getAsString())
        .file("SCRIPT", "report.js")
        .part(
            "CHARTS",
            PageTemplate.resource(
                "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js"
                    .formatted(Versions.CHART_JS)))
        .data(data())
        .html();
  }

  private JsonObject data() {
    JsonArray points = new JsonArray();
    results.results().forEach(result -> points.add(point(result)));
    JsonArray heatmaps = new JsonArray();
    for (Optional<MultiplierPicture> picture : pictures.values()) {
      picture
          .filter(shown -> shown.errors().limit() > 0)
          .ifPresent(shown -> heatmaps.add(shown.toJson()));
    }
    JsonArray axes = new JsonArray();
    results.axes().forEach(axes::add);
    JsonObject json = new JsonObject();
    json.addProperty("version", results.version());
    json.add("axes", axes);
    json.add("points", points);
    json.add("heatmaps", heatmaps);
    return json;
  }

  private JsonObject point(PointResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("index", result.point().index());
    json.addProperty("id", result.point().id());
    json.add("axes", result.point().axes());
    json.add("configuration", result.point().configuration());
    json.add("inputs", result.point().inputs());
    json.add("multiplierError", JsonNull.INSTANCE);
    ShownMultiplier multiplier = multipliers.apply(result.point());
    if (multiplier.isSource()) {
      json.addProperty("multiplierErrorNote", "a source: multiplier is not run for a report");
    }
    if (result.isFinished()) {
      json.add("scores", results.scores(result));
      json.add("timing", result.timing());
      multiplier
          .numerics()
          .flatMap(this::picture)
          .ifPresent(
              picture -> json.addProperty("multiplierError", picture.measures().relative().mean()));
    } else {
      json.addProperty("error", result.error());
    }
    return json;
  }

  private Optional<MultiplierPicture> picture(Numerics numerics) {
    return pictures.computeIfAbsent(
        MultiplierPicture.PictureKey.of(numerics), key -> MultiplierPicture.of(numerics));
  }
}
