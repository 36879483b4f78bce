package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.UserPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads plans: JSON files of schema 1, or bundled ones by name. */
public final class PlanFile {
  /** Names of the plans that come with fp8sim. */
  public static final List<String> BUNDLED =
      List.of("study-grid", "overview", "multipliers", "demo");

  private PlanFile() {}

  /**
   * Reads a plan.
   *
   * @param nameOrFile a bundled plan's name, or a JSON file
   * @throws Fp8simException (input) one line with file and key
   */
  public static SweepPlan read(String nameOrFile) {
    Path file = UserPath.of("plan", nameOrFile);
    if (Files.isRegularFile(file) || nameOrFile.endsWith(".json")) {
      return read(JsonFields.read(file));
    }
    if (!BUNDLED.contains(nameOrFile)) {
      throw Fp8simException.input(
          "no plan \"%s\": name a JSON file or one of %s"
              .formatted(nameOrFile, String.join(", ", BUNDLED)));
    }
    return read(JsonFields.parse("plan " + nameOrFile, bundled(nameOrFile)));
  }

  /**
   * Reads a plan from the results of a sweep.
   *
   * @param source names them in errors
   */
  public static SweepPlan read(String source, JsonObject plan) {
    return read(JsonFields.parse(source, plan.toString()));
  }

  /** The text of a bundled plan. */
  private static String bundled(String name) {
    String resource = "/fp8sim/plans/" + name + ".json";
    try (InputStream stream = PlanFile.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SweepPlan read(JsonFields fields) {
    fields.checkSchema(SweepPlan.SCHEMA);
    String name = fields.string("name");
    JsonObject base = new JsonObject();
    if (fields.has("base")) {
      JsonFields inner = fields.object("base");
      inner.keys().forEach(key -> base.add(key, inner.element(key)));
    }
    Map<String, List<JsonElement>> axes = axes(fields);
    for (String key : axes.keySet()) {
      if (base.has(key)) {
        throw fields.fail("axes." + key, "is in \"base\" too; keep one of them");
      }
    }
    List<Map<String, JsonElement>> exclude = new ArrayList<>();
    if (fields.has("exclude")) {
      for (JsonFields inner : fields.objects("exclude")) {
        exclude.add(exclusion(inner, axes, base));
      }
    }
    fields.finish();
    return new SweepPlan(name, base, axes, exclude);
  }

  private static Map<String, List<JsonElement>> axes(JsonFields fields) {
    JsonFields inner = fields.object("axes");
    Map<String, List<JsonElement>> axes = new LinkedHashMap<>();
    for (String key : inner.keys()) {
      List<JsonElement> values = inner.elements(key);
      if (values.isEmpty()) {
        throw inner.fail(key, "has no values");
      }
      if (new HashSet<>(values).size() < values.size()) {
        throw inner.fail(key, "has one value twice");
      }
      axes.put(key, List.copyOf(values));
    }
    return axes;
  }

  private static Map<String, JsonElement> exclusion(
      JsonFields fields, Map<String, List<JsonElement>> axes, JsonObject base) {
    Map<String, JsonElement> exclusion = new LinkedHashMap<>();
    for (String key : fields.keys()) {
      JsonElement value = fields.element(key);
      List<JsonElement> values = axes.get(key);
      if (values == null && !base.has(key)) {
        throw fields.fail(key, "is no axis of the plan");
      }
      if (values != null) {
        checkMatches(fields, key, value, values);
      }
      exclusion.put(key, value);
    }
    if (exclusion.isEmpty()) {
      throw Fp8simException.input(fields.file() + ": an exclusion without keys excludes all");
    }
    return exclusion;
  }

  /** Refuses a value that excludes nothing, such as a mistyped one. */
  private static void checkMatches(
      JsonFields fields, String key, JsonElement excluded, List<JsonElement> values) {
    boolean isArray = excluded instanceof JsonArray && !values.contains(excluded);
    for (JsonElement each : isArray ? excluded.getAsJsonArray() : List.of(excluded)) {
      if (!values.contains(each)) {
        throw fields.fail(key, "is " + Texts.of(each) + ", which is no value of that axis");
      }
    }
  }
}
