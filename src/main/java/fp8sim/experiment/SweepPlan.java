package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A grid of configurations: every combination of the axes' values over a base, less exclusions.
 * Keys are option names without dashes, values as in a configuration file.
 *
 * @param base options that all points share
 * @param axes by option, at least one value each; the last axis changes fastest
 * @param exclude a combination is left out if it has all values of one of these; an array stands
 *     for any of its elements
 */
public record SweepPlan(
    String name,
    JsonObject base,
    Map<String, List<JsonElement>> axes,
    List<Map<String, JsonElement>> exclude) {
  /** Larger grids are mistakes. */
  private static final long MAX_COMBINATIONS = 1_000_000;

  static final int SCHEMA = 1;

  public SweepPlan {
    base = base.deepCopy();
    axes = new LinkedHashMap<>(axes);
    exclude = List.copyOf(exclude);
  }

  /**
   * The plan with other values.
   *
   * @param other of an option's name and value
   */
  public SweepPlan mapped(BiFunction<String, JsonElement, JsonElement> other) {
    JsonObject newBase = new JsonObject();
    base.entrySet()
        .forEach(
            entry -> newBase.add(entry.getKey(), other.apply(entry.getKey(), entry.getValue())));
    Map<String, List<JsonElement>> newAxes = new LinkedHashMap<>();
    axes.forEach(
        (key, values) ->
            newAxes.put(key, values.stream().map(value -> other.apply(key, value)).toList()));
    List<Map<String, JsonElement>> newExclude = new ArrayList<>();
    for (Map<String, JsonElement> exclusion : exclude) {
      Map<String, JsonElement> mapped = new LinkedHashMap<>(exclusion);
      mapped.replaceAll(other);
      newExclude.add(mapped);
    }
    return new SweepPlan(name, newBase, newAxes, newExclude);
  }

  /** The plan with options that win over the base, and replace an axis of the same name. */
  public SweepPlan with(JsonObject options) {
    JsonObject newBase = base.deepCopy();
    Map<String, List<JsonElement>> newAxes = new LinkedHashMap<>(axes);
    for (Map.Entry<String, JsonElement> option : options.entrySet()) {
      if (newAxes.containsKey(option.getKey())) {
        newAxes.put(option.getKey(), List.of(option.getValue()));
      } else {
        newBase.add(option.getKey(), option.getValue());
      }
    }
    List<Map<String, JsonElement>> possible = new ArrayList<>(exclude);
    possible.removeIf(
        exclusion ->
            exclusion.entrySet().stream()
                .anyMatch(
                    entry -> {
                      List<JsonElement> values = newAxes.get(entry.getKey());
                      return values != null
                          && values.stream().noneMatch(v -> matches(entry.getValue(), v));
                    }));
    return new SweepPlan(name, newBase, newAxes, possible);
  }

  /**
   * The values of the axes at each point, in the order of the plan: the last axis changes fastest.
   *
   * @throws Fp8simException (usage) if no combination is left
   */
  public List<JsonObject> combinations() {
    long count = 1;
    for (List<JsonElement> values : axes.values()) {
      count *= values.size();
      if (count > MAX_COMBINATIONS) {
        throw Fp8simException.usage(
            "plan %s: more than %d combinations; split it".formatted(name, MAX_COMBINATIONS));
      }
    }
    List<JsonObject> combinations = new ArrayList<>();
    combinations.add(new JsonObject());
    for (Map.Entry<String, List<JsonElement>> axis : axes.entrySet()) {
      List<JsonObject> longer = new ArrayList<>();
      for (JsonObject combination : combinations) {
        for (JsonElement value : axis.getValue()) {
          JsonObject extended = combination.deepCopy();
          extended.add(axis.getKey(), value);
          longer.add(extended);
        }
      }
      combinations = longer;
    }
    combinations.removeIf(this::isExcluded);
    if (combinations.isEmpty()) {
      throw Fp8simException.usage("plan " + name + ": everything is excluded");
    }
    return combinations;
  }

  private boolean isExcluded(JsonObject combination) {
    for (Map<String, JsonElement> exclusion : exclude) {
      boolean all =
          exclusion.entrySet().stream()
              .allMatch(
                  entry -> {
                    JsonElement axis = combination.get(entry.getKey());
                    JsonElement value = axis == null ? base.get(entry.getKey()) : axis;
                    return value != null && matches(entry.getValue(), value);
                  });
      if (all) {
        return true;
      }
    }
    return false;
  }

  /** Whether an excluded value is this one, or an array that has it. */
  static boolean matches(JsonElement excluded, JsonElement value) {
    return excluded.equals(value) || (excluded instanceof JsonArray array && array.contains(value));
  }

  /** All options of a point: the base with the point's axes over it. */
  public JsonObject options(JsonObject combination) {
    JsonObject options = base.deepCopy();
    combination.entrySet().forEach(entry -> options.add(entry.getKey(), entry.getValue()));
    return options;
  }

  /** The plan as a plan file has it. */
  public JsonObject toJson() {
    JsonObject axesJson = new JsonObject();
    axes.forEach(
        (key, values) -> {
          JsonArray array = new JsonArray();
          values.forEach(array::add);
          axesJson.add(key, array);
        });
    JsonArray excludeJson = new JsonArray();
    for (Map<String, JsonElement> exclusion : exclude) {
      JsonObject json = new JsonObject();
      exclusion.forEach(json::add);
      excludeJson.add(json);
    }
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.addProperty("name", name);
    json.add("base", base.deepCopy());
    json.add("axes", axesJson);
    json.add("exclude", excludeJson);
    return json;
  }
}
