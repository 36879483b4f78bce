package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.engine.MacUnit;
import fp8sim.multiplier.UnitCost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a network costs on hardware: the energy of all its multiplications (and
 * additions, if accumulators have costs) for one sample, the area of one of each unit that it uses,
 * and the delay of the slowest. A figure is there only if it is known of all units.
 *
 * @param hasUnits whether they are fJ, um^2 and ns
 * @param figures of the network
 * @param relative to the same network with the exact multiplier instead of every other
 * @param missing the units of which something is unknown, and a share of the multiplications
 */
public record NetworkCost(
    String technology, boolean hasUnits, Figures figures, Figures relative, List<String> missing) {
  /** Keys of scores, which are computed anew from the units whenever results are written. */
  static final List<String> KEYS =
      List.of(
          "costTechnology",
          "costHasUnits",
          "energy",
          "area",
          "delay",
          "energyRelative",
          "areaRelative",
          "delayRelative",
          "costMissing");

  /** Energy, area and delay, as far as they are known. */
  public record Figures(OptionalDouble energy, OptionalDouble area, OptionalDouble delay) {
    private static Figures of(UnitCost cost) {
      return new Figures(cost.energyOfOperation(), cost.area(), cost.delay());
    }

    private Figures plus(Figures other) {
      return new Figures(sum(energy, other.energy), sum(area, other.area), sum(delay, other.delay));
    }

    private Figures over(Figures other) {
      return new Figures(
          ratio(energy, other.energy), ratio(area, other.area), ratio(delay, other.delay));
    }

    private boolean isWhole() {
      return energy.isPresent() && area.isPresent() && delay.isPresent();
    }

    private static OptionalDouble sum(OptionalDouble one, OptionalDouble other) {
      return one.isPresent() && other.isPresent()
          ? OptionalDouble.of(one.getAsDouble() + other.getAsDouble())
          : OptionalDouble.empty();
    }

    private static OptionalDouble ratio(OptionalDouble one, OptionalDouble other) {
      return one.isPresent() && other.isPresent() && other.getAsDouble() > 0
          ? OptionalDouble.of(one.getAsDouble() / other.getAsDouble())
          : OptionalDouble.empty();
    }
  }

  private static final Figures UNKNOWN =
      new Figures(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /**
   * The cost of a network; empty if nothing is known of any of its multipliers.
   *
   * @param costs of a cost file, or null: then the comments of the multipliers' files count, in the
   *     technology that has most of the multiplications
   */
  public static Optional<NetworkCost> of(List<UnitUse> uses, @Nullable CostTable costs) {
    UnitCosts file = costs == null ? null : costs.units();
    Optional<UnitCosts> known = file == null ? ofComments(uses) : Optional.of(file);
    return known
        .filter(units -> uses.stream().anyMatch(use -> units.multiplier(use.unit()).isPresent()))
        .map(units -> of(uses, units));
  }

  /** No entries of its own, but a technology whose comments count. */
  private static Optional<UnitCosts> ofComments(List<UnitUse> uses) {
    Map<UnitCosts, Double> macs = new LinkedHashMap<>();
    for (UnitUse use : uses) {
      for (UnitCost cost : use.unit().costs()) {
        UnitCosts units = new UnitCosts(cost.technology(), cost.hasUnits(), "", Map.of(), Map.of());
        macs.merge(units, use.macs(), Double::sum);
      }
    }
    return macs.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static NetworkCost of(List<UnitUse> uses, UnitCosts costs) {
    Figures figures = network(uses, costs);
    List<UnitUse> exact =
        uses.stream().map(use -> new UnitUse(costs.exact(use.unit()), use.macs())).toList();
    Figures relative = costs.exact().isEmpty() ? UNKNOWN : figures.over(network(exact, costs));
    return new NetworkCost(
        costs.technology(), costs.hasUnits(), figures, relative, missing(uses, costs));
  }

  private static Figures network(List<UnitUse> uses, UnitCosts costs) {
    OptionalDouble energy = OptionalDouble.of(0);
    for (UnitUse use : uses) {
      OptionalDouble one = figures(use.unit(), costs).energy;
      energy =
          one.isPresent()
              ? Figures.sum(energy, OptionalDouble.of(use.macs() * one.getAsDouble()))
              : OptionalDouble.empty();
    }
    OptionalDouble area = OptionalDouble.of(0);
    OptionalDouble delay = OptionalDouble.of(0);
    for (MacUnit unit : uses.stream().map(UnitUse::unit).distinct().toList()) {
      Figures own = figures(unit, costs);
      area = Figures.sum(area, own.area);
      delay =
          delay.isPresent() && own.delay.isPresent()
              ? OptionalDouble.of(Math.max(delay.getAsDouble(), own.delay.getAsDouble()))
              : OptionalDouble.empty();
    }
    return new Figures(energy, area, delay);
  }

  /** The figures of a multiplier, with its accumulator if those have costs. */
  private static Figures figures(MacUnit unit, UnitCosts costs) {
    Figures multiplier = costs.multiplier(unit).map(Figures::of).orElse(UNKNOWN);
    return costs.accumulators().isEmpty()
        ? multiplier
        : multiplier.plus(costs.accumulator(unit).map(Figures::of).orElse(UNKNOWN));
  }

  private static List<String> missing(List<UnitUse> uses, UnitCosts costs) {
    double all = uses.stream().mapToDouble(UnitUse::macs).sum();
    return uses.stream()
        .filter(use -> !figures(use.unit(), costs).isWhole())
        .map(
            use ->
                String.format(
                    Locale.ROOT,
                    "%s of %s with accumulator %s (%.1f %% of the multiplications)",
                    use.unit().multiplier(),
                    use.unit().formats(),
                    use.unit().accumulator(),
                    100 * use.macs() / all))
        .toList();
  }

  /** Adds the figures to scores. */
  void addTo(JsonObject scores) {
    scores.addProperty("costTechnology", technology);
    scores.addProperty("costHasUnits", hasUnits);
    add(scores, "", figures);
    add(scores, "Relative", relative);
    if (!missing.isEmpty()) {
      JsonArray names = new JsonArray();
      missing.forEach(names::add);
      scores.add("costMissing", names);
    }
  }

  private static void add(JsonObject scores, String suffix, Figures figures) {
    figures.energy.ifPresent(value -> scores.addProperty("energy" + suffix, value));
    figures.area.ifPresent(value -> scores.addProperty("area" + suffix, value));
    figures.delay.ifPresent(value -> scores.addProperty("delay" + suffix, value));
  }

  /** The same as an object of its own. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    addTo(json);
    return json;
  }
}
