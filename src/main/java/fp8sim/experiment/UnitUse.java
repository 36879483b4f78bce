package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fp8sim.engine.Inspection;
import fp8sim.engine.LayerInfo;
import fp8sim.engine.MacUnit;
import fp8sim.multiplier.UnitCost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How often a network multiplies with a unit.
 *
 * @param macs multiplications for one sample
 */
public record UnitUse(MacUnit unit, double macs) {
  /** The units of a network, in the order of its layers. */
  public static List<UnitUse> of(Inspection inspection) {
    Map<MacUnit, Double> macs = new LinkedHashMap<>();
    for (LayerInfo layer : inspection.layers()) {
      if (layer.macs() > 0) {
        macs.merge(inspection.unit(layer), (double) layer.macs(), Double::sum);
      }
    }
    List<UnitUse> uses = new ArrayList<>();
    macs.forEach((unit, count) -> uses.add(new UnitUse(unit, count)));
    return uses;
  }

  static JsonArray toJson(List<UnitUse> uses) {
    JsonArray all = new JsonArray();
    for (UnitUse use : uses) {
      JsonObject json = new JsonObject();
      json.addProperty("multiplier", use.unit.multiplier());
      json.addProperty("model", use.unit.model());
      json.addProperty("formats", use.unit.formats());
      json.addProperty("accumulator", use.unit.accumulator());
      json.addProperty("macs", (long) use.macs);
      JsonArray costs = new JsonArray();
      use.unit.costs().forEach(cost -> costs.add(toJson(cost)));
      json.add("costs", costs);
      all.add(json);
    }
    return all;
  }

  private static JsonObject toJson(UnitCost cost) {
    JsonObject json = figures(cost);
    json.addProperty("technology", cost.technology());
    json.addProperty("units", cost.hasUnits());
    return json;
  }

  /** The figures of a cost that are known. */
  static JsonObject figures(UnitCost cost) {
    JsonObject json = new JsonObject();
    cost.energy().ifPresent(figure -> json.addProperty("energy", figure));
    cost.power().ifPresent(figure -> json.addProperty("power", figure));
    cost.area().ifPresent(figure -> json.addProperty("area", figure));
    cost.delay().ifPresent(figure -> json.addProperty("delay", figure));
    return json;
  }

  /**
   * The units that scores name; none if they name none.
   *
   * @throws IllegalArgumentException if figures are none
   */
  static List<UnitUse> of(JsonObject scores) {
    List<UnitUse> uses = new ArrayList<>();
    if (scores.has("units")) {
      for (JsonElement element : scores.getAsJsonArray("units")) {
        JsonObject json = element.getAsJsonObject();
        List<UnitCost> costs = new ArrayList<>();
        json.getAsJsonArray("costs").forEach(cost -> costs.add(cost(cost.getAsJsonObject())));
        MacUnit unit =
            new MacUnit(
                json.get("multiplier").getAsString(),
                json.get("model").getAsString(),
                json.get("formats").getAsString(),
                json.get("accumulator").getAsString(),
                costs);
        double macs = json.get("macs").getAsDouble();
        if (!(macs >= 0 && macs <= Long.MAX_VALUE)) {
          throw new IllegalArgumentException("macs is no number of multiplications");
        }
        uses.add(new UnitUse(unit, macs));
      }
    }
    return uses;
  }

  /** Whether scores name units as {@link #toJson} does, or none. */
  static boolean areWhole(JsonObject scores) {
    try {
      return of(scores).stream().allMatch(use -> use.macs >= 0);
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException _) {
      return false;
    }
  }

  private static UnitCost cost(JsonObject json) {
    return new UnitCost(
        json.get("technology").getAsString(),
        figure(json, "energy"),
        figure(json, "power"),
        figure(json, "area"),
        figure(json, "delay"),
        json.get("units").getAsBoolean());
  }

  private static OptionalDouble figure(JsonObject json, String key) {
    if (!json.has(key)) {
      return OptionalDouble.empty();
    }
    double value = json.get(key).getAsDouble();
    if (!UnitCost.isFigure(value)) {
      throw new IllegalArgumentException(key + " is no cost");
    }
    return OptionalDouble.of(value);
  }
}
