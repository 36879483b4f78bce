package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.UserOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cost file says. Of schema 2, figures of units of hardware. Of schema 1, what one
 * multiplication costs, relative to a unit that the user chose (area, energy), by multiplier as a
 * configuration names it. {@code float32} stands for layers that are not quantized; without it they
 * cost as much as {@code exact}.
 *
 * @param costs of schema 1; empty with {@code units}
 * @param units of schema 2, or null
 */
public record CostTable(Map<String, Double> costs, @Nullable UnitCosts units) {
  private static final int SCHEMA = 1;

  /** The schema of files with figures of units. */
  static final int UNITS_SCHEMA = 2;

  /** Costs are relative to a unit of the user's; times all multiplications they stay finite. */
  private static final double MAX_COST = 1e100;

  private static final String EXACT = "exact";

  /** The name of layers without quantizers among multipliers. */
  public static final String FLOAT32 = "float32";

  public CostTable {
    costs = new LinkedHashMap<>(costs);
  }

  /** Relative costs. */
  public CostTable(Map<String, Double> costs) {
    this(costs, null);
  }

  private CostTable(UnitCosts units) {
    this(Map.of(), units);
  }

  /**
   * Reads a file of schema 2, or {@code {"schema": 1, "exact": 1.0, "adder": 0.18}}.
   *
   * @throws Fp8simException (input) one line with file and key
   */
  public static CostTable read(Path file) {
    JsonFields fields = JsonFields.read(file);
    if (fields.integer("schema", 0, Integer.MAX_VALUE) == UNITS_SCHEMA) {
      return new CostTable(UnitCosts.read(fields));
    }
    fields.checkSchema(SCHEMA);
    Map<String, Double> costs = new LinkedHashMap<>();
    for (String key : fields.keys()) {
      if (!key.equals("schema")) {
        double cost = fields.number(key);
        if (!isCost(cost)) {
          throw fields.fail(key, "is no cost: 0 to " + MAX_COST);
        }
        costs.put(key, cost);
      }
    }
    if (!costs.containsKey(EXACT)) {
      throw fields.fail(EXACT, "is missing: the cost that the others are relative to");
    }
    return new CostTable(costs);
  }

  /**
   * The table as a results file has it.
   *
   * @throws IllegalArgumentException if it is no such table
   */
  static CostTable of(JsonObject json) {
    if (json.has("schema")) {
      return new CostTable(UnitCosts.read(JsonFields.parse("costs", json.toString())));
    }
    Map<String, Double> costs = new LinkedHashMap<>();
    json.entrySet().forEach(entry -> costs.put(entry.getKey(), entry.getValue().getAsDouble()));
    if (!costs.values().stream().allMatch(CostTable::isCost)) {
      throw new IllegalArgumentException("costs must be from 0 to " + MAX_COST);
    }
    return new CostTable(costs);
  }

  private static boolean isCost(double cost) {
    return cost >= 0 && cost <= MAX_COST;
  }

  JsonObject toJson() {
    if (units != null) {
      return units.toJson();
    }
    JsonObject json = new JsonObject();
    costs.forEach(json::addProperty);
    return json;
  }

  /**
   * The cost of one multiplication.
   *
   * @throws Fp8simException (usage) if the table does not have it
   */
  public double of(String multiplier) {
    if (units != null) {
      return units.rank(multiplier).orElseThrow(() -> missing(multiplier));
    }
    Double cost = costs.get(multiplier);
    if (cost == null && multiplier.equals(FLOAT32)) {
      cost = costs.get(EXACT);
    }
    if (cost == null) {
      throw missing(multiplier);
    }
    return cost;
  }

  private static Fp8simException missing(String multiplier) {
    return Fp8simException.usage(
        "%s: no cost for the multiplier \"%s\"; add it to the file"
            .formatted(UserOption.COST, multiplier));
  }

  /** Whether every multiplier must have a cost. */
  boolean isRelative() {
    return units == null;
  }

  /** The mean cost of a network's multiplications. */
  double mean(JsonObject macsByMultiplier) {
    double sum = 0;
    double macs = 0;
    for (String multiplier : macsByMultiplier.keySet()) {
      double count = macsByMultiplier.get(multiplier).getAsDouble();
      sum += count * of(multiplier);
      macs += count;
    }
    return macs == 0 ? 0 : sum / macs;
  }
}
