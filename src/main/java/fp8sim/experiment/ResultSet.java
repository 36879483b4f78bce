package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import fp8sim.common.OutputFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The results of a sweep or of a part of one. Everything but {@link #timings} is the same however
 * often the sweep was interrupted and into how many parts it was split.
 *
 * @param plan as run, with the options of the command line
 * @param costs of multiplications, or null
 * @param results in the order of the plan
 */
public record ResultSet(
    String version, JsonObject plan, @Nullable CostTable costs, List<PointResult> results) {
  private static final int SCHEMA = 1;
  private static final String RESULTS = "results.json";
  private static final String TABLE = "results.csv";
  private static final String TEXT = "results.md";
  private static final String TIMINGS = "timings.json";

  /** The names of the files that {@link #write} writes. */
  public static final List<String> FILES = List.of(RESULTS, TABLE, TEXT, TIMINGS);

  public ResultSet {
    results = List.copyOf(results);
  }

  /** The names of the plan's axes. */
  public List<String> axes() {
    return List.copyOf(plan.getAsJsonObject("axes").keySet());
  }

  /** Writes {@code results.json}, {@code .csv}, {@code .md} and {@code timings.json}. */
  public void write(SweepFolder folder) {
    JsonFile.write(folder.file(RESULTS), toJson());
    OutputFile.write(folder.file(TABLE), new ResultTable(this).csv());
    OutputFile.write(folder.file(TEXT), new ResultTable(this).markdown());
    JsonFile.write(folder.file(TIMINGS), timings());
  }

  /** What {@code results.json} holds. */
  public JsonObject toJson() {
    JsonArray points = new JsonArray();
    results.forEach(result -> points.add(toJson(result)));
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.addProperty("command", "sweep");
    json.addProperty("version", version);
    json.add("plan", plan);
    if (costs != null) {
      json.add("costs", costs.toJson());
    }
    json.add("points", points);
    return json;
  }

  private JsonObject toJson(PointResult result) {
    Point point = result.point();
    JsonObject json = new JsonObject();
    json.addProperty("index", point.index());
    json.addProperty("id", point.id());
    json.add("axes", point.axes());
    json.add("configuration", point.configuration());
    json.add("inputs", point.inputs());
    if (result.error() == null) {
      json.add("scores", scores(result));
    } else {
      json.addProperty("error", result.error());
    }
    return json;
  }

  /** The scores of a finished point, with the cost if there are costs; empty if it failed. */
  public JsonObject scores(PointResult result) {
    JsonObject scores = new JsonObject();
    if (result.scores() != null) {
      result.scores().entrySet().forEach(entry -> scores.add(entry.getKey(), entry.getValue()));
      if (costs != null && costs.isRelative()) {
        scores.addProperty("cost", costs.mean(scores.getAsJsonObject("macsByMultiplier")));
      }
      NetworkCost.of(UnitUse.of(scores), costs).ifPresent(cost -> cost.addTo(scores));
    }
    return scores;
  }

  /** What {@code timings.json} holds: what differs from run to run. */
  public JsonObject timings() {
    JsonArray points = new JsonArray();
    for (PointResult result : results) {
      if (result.timing() != null) {
        JsonObject json = new JsonObject();
        json.addProperty("index", result.point().index());
        json.addProperty("id", result.point().id());
        result.timing().entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
        points.add(json);
      }
    }
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.add("points", points);
    return json;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws Fp8simException (input) if the folder holds no results of this version
   */
  public static ResultSet read(Path folder) {
    Path file = folder.resolve(RESULTS);
    if (!Files.isRegularFile(file)) {
      throw Fp8simException.input(
          folder + ": has no results.json; run the sweep of this part to its end first");
    }
    try {
      Map<String, JsonObject> timings = timingsById(JsonFile.read(folder.resolve(TIMINGS)));
      JsonObject json = JsonFile.read(file);
      if (json.get("schema").getAsInt() != SCHEMA) {
        throw Fp8simException.input(
            "%s: schema is %s; this fp8sim reads %d".formatted(file, json.get("schema"), SCHEMA));
      }
      String version = json.get("version").getAsString();
      List<PointResult> results = new ArrayList<>();
      for (JsonElement element : json.getAsJsonArray("points")) {
        results.add(read(element.getAsJsonObject(), version, timings));
      }
      JsonObject costs = json.getAsJsonObject("costs");
      return new ResultSet(
          version,
          Objects.requireNonNull(json.getAsJsonObject("plan")),
          costs == null ? null : CostTable.of(costs),
          results);
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw Fp8simException.input(file + ": not the results of a sweep; run it again", e);
    }
  }

  private static Map<String, JsonObject> timingsById(JsonObject json) {
    Map<String, JsonObject> timings = new HashMap<>();
    for (JsonElement element : json.getAsJsonArray("points")) {
      JsonObject timing = element.getAsJsonObject().deepCopy();
      timing.remove("index");
      timings.put(timing.remove("id").getAsString(), timing);
    }
    return timings;
  }

  private static PointResult read(
      JsonObject json, String version, Map<String, JsonObject> timings) {
    Point point =
        new Point(
            json.get("index").getAsInt(),
            json.getAsJsonObject("axes"),
            json.getAsJsonObject("configuration"),
            json.getAsJsonObject("inputs"),
            version);
    if (json.has("error")) {
      return PointResult.failed(point, json.get("error").getAsString());
    }
    JsonObject scores = json.getAsJsonObject("scores");
    if (!KeptScores.isWhole(scores)) {
      throw new IllegalArgumentException(point.describe() + " has no whole scores");
    }
    scores.remove("cost");
    NetworkCost.KEYS.forEach(scores::remove);
    JsonObject timing = timings.getOrDefault(json.get("id").getAsString(), new JsonObject());
    return PointResult.finished(point, scores, timing);
  }

  /**
   * Joins the parts of one sweep; a point that two parts have is taken from the first one that
   * finished it.
   *
   * @param points how many points the plan has
   * @throws Fp8simException (input) if the parts are of different sweeps, or points are missing
   */
  public static ResultSet merge(List<ResultSet> parts, int points) {
    ResultSet first = parts.getFirst();
    Map<Integer, PointResult> byIndex = new HashMap<>();
    for (ResultSet part : parts) {
      if (!part.plan.equals(first.plan)
          || !part.version.equals(first.version)
          || !Objects.equals(part.costs, first.costs)) {
        throw Fp8simException.input(
            "merge: the folders are of different sweeps (plan, options, version or costs differ)");
      }
      for (PointResult result : part.results) {
        byIndex.merge(
            result.point().index(), result, (a, b) -> !a.isFinished() && b.isFinished() ? b : a);
      }
    }
    if (byIndex.size() != points) {
      throw Fp8simException.input(
          "merge: %d of %d points are missing; run all shards to their end, and name all folders"
              .formatted(points - byIndex.size(), points));
    }
    List<PointResult> all = new ArrayList<>(byIndex.values());
    all.sort(Comparator.comparingInt(result -> result.point().index()));
    return new ResultSet(first.version, first.plan, first.costs, all);
  }
}
