package fp8sim.cli.option;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.NumericsParser;
import fp8sim.report.ShownMultiplier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads how points multiplied from the configurations that result files keep of them: the door for
 * pages that are made of files.
 */
public final class SavedMultipliers {
  /** What a multiplier's picture depends on. */
  private static final List<NumericsOption> OPTIONS =
      List.of(
          NumericsOption.FORMAT,
          NumericsOption.WEIGHTS,
          NumericsOption.ACTIVATIONS,
          NumericsOption.ACTIVATION_SIGN,
          NumericsOption.INTEGER_ACTIVATIONS,
          NumericsOption.BIAS_POLICY,
          NumericsOption.RESULT_BIAS,
          NumericsOption.RESULT_FORMAT,
          NumericsOption.MULTIPLIER,
          NumericsOption.ROUND_PRODUCTS);

  private final MultiplierReader multipliers = new MultiplierReader();

  /**
   * The multiplier of a configuration. Code of users is not even read; files of tables need not be
   * where results are merged.
   */
  public ShownMultiplier of(JsonObject configuration) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (NumericsOption option : OPTIONS) {
      if (configuration.has(option.key())) {
        values.put(option.key(), List.of(configuration.get(option.key()).getAsString()));
      }
    }
    List<String> specification = values.getOrDefault(NumericsOption.MULTIPLIER.key(), List.of());
    if (specification.stream().anyMatch(Multipliers::isSource)) {
      return ShownMultiplier.source();
    }
    try {
      return ShownMultiplier.of(NumericsParser.parse(values, multipliers));
    } catch (Fp8simException e) {
      return ShownMultiplier.unknown();
    }
  }
}
