package fp8sim.experiment;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.engine.MacUnit;
import fp8sim.multiplier.UnitCost;
import fp8sim.multiplier.model.Multipliers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The costs of units of hardware in one technology, as a cost file names them. Names are of
 * multipliers and accumulators as options name them, of a multiplier's file without its folder and
 * extension, and any of these with {@code @} and formats, which count first.
 *
 * @param exact the name of the exact multiplier, which others are compared with; empty without one
 * @param hasUnits whether figures are fJ, mW, um^2 and ns
 */
record UnitCosts(
    String technology,
    boolean hasUnits,
    String exact,
    Map<String, UnitCost> multipliers,
    Map<String, UnitCost> accumulators) {
  private static final int MAX_ENTRIES = 10_000;

  static final String EXACT = "exact";

  UnitCosts {
    multipliers = new LinkedHashMap<>(multipliers);
    accumulators = new LinkedHashMap<>(accumulators);
  }

  /**
   * Reads a file of schema 2.
   *
   * @throws Fp8simException (input) one line with file and key
   */
  static UnitCosts read(JsonFields fields) {
    fields.checkSchema(CostTable.UNITS_SCHEMA);
    String technology = fields.string("technology");
    boolean hasUnits = readUnits(fields);
    Map<String, UnitCost> multipliers = units(fields, "multipliers", technology, hasUnits);
    Map<String, UnitCost> accumulators =
        fields.has("accumulators") ? units(fields, "accumulators", technology, hasUnits) : Map.of();
    String exact = fields.has(EXACT) ? fields.string(EXACT) : "";
    if (exact.isEmpty() && multipliers.containsKey(EXACT)) {
      exact = EXACT;
    }
    if (!exact.isEmpty() && !multipliers.containsKey(exact)) {
      throw fields.fail(EXACT, "names \"" + exact + "\", which is none of the multipliers");
    }
    fields.finish();
    return new UnitCosts(technology, hasUnits, exact, multipliers, accumulators);
  }

  private static boolean readUnits(JsonFields fields) {
    if (!fields.has("units")) {
      return true;
    }
    if (fields.element("units") instanceof JsonPrimitive value && value.isBoolean()) {
      return value.getAsBoolean();
    }
    throw fields.fail("units", "must be true (fJ, mW, um^2, ns) or false");
  }

  private static Map<String, UnitCost> units(
      JsonFields fields, String key, String technology, boolean hasUnits) {
    JsonFields all = fields.object(key);
    if (all.keys().size() > MAX_ENTRIES) {
      throw fields.fail(key, "has more than " + MAX_ENTRIES + " entries");
    }
    Map<String, UnitCost> units = new LinkedHashMap<>();
    for (String name : all.keys()) {
      JsonFields figures = all.object(name);
      units.put(
          name,
          new UnitCost(
              technology,
              figure(figures, "energy"),
              figure(figures, "power"),
              figure(figures, "area"),
              figure(figures, "delay"),
              hasUnits));
      figures.finish();
    }
    return units;
  }

  private static OptionalDouble figure(JsonFields figures, String key) {
    if (!figures.has(key)) {
      return OptionalDouble.empty();
    }
    double value = figures.number(key);
    if (!UnitCost.isFigure(value)) {
      throw figures.fail(key, "is no cost: 0 to " + UnitCost.MAX);
    }
    return OptionalDouble.of(value);
  }

  /** The cost of a unit's multiplier: as the file has it, or as its own comments say. */
  Optional<UnitCost> multiplier(MacUnit unit) {
    for (String name : names(unit)) {
      Optional<UnitCost> found = find(multipliers, name, unit.formats());
      if (found.isPresent()) {
        return found;
      }
    }
    return unit.costs().stream()
        .filter(cost -> cost.technology().equals(technology) && cost.hasUnits() == hasUnits)
        .findFirst();
  }

  private static List<String> names(MacUnit unit) {
    List<String> files = Multipliers.files(unit.multiplier());
    return files.size() == 1
        ? List.of(unit.multiplier(), unit.model(), stem(files.getFirst()))
        : List.of(unit.multiplier(), unit.model());
  }

  /** A file's name without folder and extension, which libraries of circuits name them by. */
  private static String stem(String file) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** A unit with the exact multiplier in the place of another one. */
  MacUnit exact(MacUnit unit) {
    return unit.equals(MacUnit.FLOAT32)
        ? unit
        : new MacUnit(exact, exact, unit.formats(), unit.accumulator(), List.of());
  }

  Optional<UnitCost> accumulator(MacUnit unit) {
    return find(accumulators, unit.accumulator(), unit.formats());
  }

  private static Optional<UnitCost> find(Map<String, UnitCost> units, String name, String formats) {
    UnitCost own = units.get(name + "@" + formats);
    return Optional.ofNullable(own == null ? units.get(name) : own);
  }

  /** The cost that candidates are ordered by: energy, or area, or delay. */
  OptionalDouble rank(String multiplier) {
    UnitCost cost = multipliers.get(multiplier);
    if (cost == null) {
      return OptionalDouble.empty();
    }
    OptionalDouble energy = cost.energyOfOperation();
    return energy.isPresent() ? energy : cost.area().isPresent() ? cost.area() : cost.delay();
  }

  /** As a cost file has it. */
  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("schema", CostTable.UNITS_SCHEMA);
    json.addProperty("technology", technology);
    json.addProperty("units", hasUnits);
    if (!exact.isEmpty()) {
      json.addProperty(EXACT, exact);
    }
    json.add("multipliers", toJson(multipliers));
    if (!accumulators.isEmpty()) {
      json.add("accumulators", toJson(accumulators));
    }
    return json;
  }

  private static JsonObject toJson(Map<String, UnitCost> units) {
    JsonObject json = new JsonObject();
    units.forEach((name, cost) -> json.add(name, UnitUse.figures(cost)));
    return json;
  }
}
