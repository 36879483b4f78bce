package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.UserOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one multiplication costs, relative to a unit that the user chose (area, energy), by
 * multiplier as a configuration names it. {@code float32} stands for layers that are not quantized;
 * without it they cost as much as {@code exact}.
 */
public record CostTable(Map<String, Double> costs) {
  private static final int SCHEMA = 1;

  /** Costs are relative to a unit of the user's; times all multiplications they stay finite. */
  private static final double MAX_COST = 1e100;

  private static final String EXACT = "exact";

  /** The name of layers without quantizers among multipliers. */
  public static final String FLOAT32 = "float32";

  public CostTable {
    costs = new LinkedHashMap<>(costs);
  }

  /**
   * Reads {@code {"schema": 1, "exact": 1.0, "adder": 0.18}}.
   *
   * @throws Fp8simException (input) one line with file and key
   */
  public static CostTable read(Path file) {
    JsonFields fields = JsonFields.read(file);
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
    Double cost = costs.get(multiplier);
    if (cost == null && multiplier.equals(FLOAT32)) {
      cost = costs.get(EXACT);
    }
    if (cost == null) {
      throw Fp8simException.usage(
          "%s: no cost for the multiplier \"%s\"; add it to the file"
              .formatted(UserOption.COST, multiplier));
    }
    return cost;
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
