package fp8sim.cli.command;

import fp8sim.cli.frame.Invocation;
import fp8sim.cli.option.SweepOptions;
import fp8sim.experiment.CostTable;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.numerics.LayerOverride;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numerics that {@code --assign} may give a layer, read before anything runs.
 *
 * @param all the most wanted first, each an exception for layers of any name
 */
public record LayerCandidates(List<LayerOverride> all) {
  /** Makes an exception of a candidate, for layers of any name. */
  private static final String ANY = "*:";

  public LayerCandidates {
    all = List.copyOf(all);
  }

  /** The candidates of the command line, in the order of their costs if there are costs. */
  public static LayerCandidates read(Invocation invocation, MultiplierReader multipliers) {
    List<String> given = invocation.arguments().list(AssignOptions.CANDIDATE.name());
    if (given.isEmpty()) {
      return new LayerCandidates(List.of());
    }
    List<LayerOverride> all = new ArrayList<>();
    for (String text : given) {
      LayerOverride candidate = LayerOverride.parse(ANY + text, multipliers);
      candidate.multiplier().ifPresent(multiplier -> multiplier.model().check());
      all.add(candidate);
    }
    @Nullable CostTable costs = SweepOptions.costs(invocation);
    if (costs != null) {
      all.sort(Comparator.comparingDouble(candidate -> costs.of(multiplier(candidate))));
    }
    return new LayerCandidates(all);
  }

  private static String multiplier(LayerOverride candidate) {
    return candidate.multiplier().orElse(ChosenMultiplier.EXACT).specification();
  }

  /** The candidates as exceptions for a layer; none if none was given. */
  public List<LayerOverride> of(String layer) {
    return all.stream().map(candidate -> candidate.forLayer(layer)).toList();
  }
}
