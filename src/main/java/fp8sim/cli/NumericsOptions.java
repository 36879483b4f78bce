package fp8sim.cli;

import fp8sim.multiplier.MultiplierReader;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.NumericsParser;
import fp8sim.numerics.Presets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * What the options ask for; those that the command does not have are at their defaults. Code of
   * users, and multipliers that formats cannot have, are tried here, before any long work.
   */
  static Numerics read(Arguments arguments) {
    return read(arguments, new MultiplierReader());
  }

  /** As {@link #read(Arguments)} with the multipliers of the whole run. */
  static Numerics read(Arguments arguments, MultiplierReader multipliers) {
    return read(arguments, Map.of(), multipliers);
  }

  /**
   * As {@link #read(Arguments)} with other values of some options.
   *
   * @param instead none for an option that is not given
   */
  static Numerics read(Arguments arguments, Map<NumericsOption, List<String>> instead) {
    return read(arguments, instead, new MultiplierReader());
  }

  private static Numerics read(
      Arguments arguments,
      Map<NumericsOption, List<String>> instead,
      MultiplierReader multipliers) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (NumericsOption option : NumericsOption.values()) {
      if (instead.containsKey(option)) {
        values.put(option.key(), instead.get(option));
      } else if (arguments.declares(option.key())) {
        values.put(option.key(), arguments.list(option.key()));
      }
    }
    Numerics numerics = NumericsParser.parse(values, multipliers);
    numerics.multipliers().forEach(multiplier -> multiplier.model().check());
    ProductCheck.check(numerics);
    return numerics;
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
    String argument = option.argument();
    CliOption.Value value =
        argument == null
            ? null
            : new CliOption.Value(argument, option.defaultValue(), option.choices());
    boolean repeatable = option.isRepeatable();
    return new CliOption(
        option.key(), option.description(), value, repeatable, false, CliOption.Role.PARAMETER);
  }
}
