package fp8sim.cli;

import fp8sim.multiplier.Accumulator;
import fp8sim.multiplier.Multipliers;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.NumericsParser;
import fp8sim.numerics.Presets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of every command that computes with a network: formats, placement, products. */
final class NumericsOptions {
  static final OptionSection SECTION = section(NumericsOption.values());

  private NumericsOptions() {}

  /** Some of the options, for commands that need no others. */
  static OptionSection section(NumericsOption... options) {
    return new OptionSection(
        "Numerics", Arrays.stream(options).map(NumericsOptions::toCliOption).toList());
  }

  /**
   * What the options ask for; those that the command does not have are at their defaults.
   * Multipliers and accumulators are looked at here, before any long work.
   */
  static Numerics read(Arguments arguments) {
    return read(arguments, Map.of());
  }

  /**
   * As {@link #read(Arguments)} with other values of some options.
   *
   * @param instead none for an option that is not given
   */
  static Numerics read(Arguments arguments, Map<NumericsOption, List<String>> instead) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (NumericsOption option : NumericsOption.values()) {
      if (instead.containsKey(option)) {
        values.put(option.key(), instead.get(option));
      } else if (arguments.declares(option.key())) {
        values.put(option.key(), arguments.list(option.key()));
      }
    }
    Numerics numerics = NumericsParser.parse(values);
    multipliers(numerics).forEach(multiplier -> Multipliers.parse(multiplier).check());
    accumulators(numerics).forEach(Accumulator::parse);
    ProductCheck.check(numerics);
    return numerics;
  }

  /** The multipliers of all layers. */
  static Set<String> multipliers(Numerics numerics) {
    return all(numerics, numerics.product().multiplier(), "multiplier");
  }

  private static Set<String> accumulators(Numerics numerics) {
    return all(numerics, numerics.product().accumulator(), "accumulator");
  }

  private static Set<String> all(Numerics numerics, String ofMost, String key) {
    Set<String> all = new LinkedHashSet<>(List.of(ofMost));
    for (LayerOverride layer : numerics.layers()) {
      String own = layer.values().get(key);
      if (own != null) {
        all.add(own);
      }
    }
    return all;
  }

  /**
   * The value of an option that is not given, which presets decide.
   *
   * @param given values of other options
   * @return null if it has none
   */
  static @Nullable String defaultValue(CliOption option, Map<String, List<String>> given) {
    return Arrays.stream(NumericsOption.values())
        .filter(numerics -> toCliOption(numerics).equals(option))
        .findFirst()
        .map(
            numerics ->
                Presets.defaultValue(
                    numerics,
                    given.getOrDefault(NumericsOption.PRESET.key(), List.of()),
                    given.containsKey(NumericsOption.REESTIMATE_BATCH_NORM.key())))
        .orElse(option.defaultValue());
  }

  private static CliOption toCliOption(NumericsOption option) {
    return new CliOption(
        option.key(),
        option.argument(),
        option.description(),
        option.defaultValue(),
        option.choices(),
        option.isRepeatable(),
        false,
        CliOption.Role.PARAMETER);
  }
}
