package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.NumericsDefaults;
import fp8sim.cli.frame.OptionSection;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.NumericsParser;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of every command that computes with a network: formats, placement, products. */
public final class NumericsOptions {
  public static final OptionSection SECTION = section(NumericsOption.values());

  private NumericsOptions() {}

  /** Some of the options, for commands that need no others. */
  public static OptionSection section(NumericsOption... options) {
    return new OptionSection(
        "Numerics", Arrays.stream(options).map(NumericsDefaults::option).toList());
  }

  /**
   * What the options ask for; those that the command does not have are at their defaults. Code of
   * users, and multipliers that formats cannot have, are tried here, before any long work.
   */
  public static Numerics read(Arguments arguments) {
    return read(arguments, new MultiplierReader());
  }

  /** As {@link #read(Arguments)} with the multipliers of the whole run. */
  public static Numerics read(Arguments arguments, MultiplierReader multipliers) {
    return read(arguments, Map.of(), multipliers);
  }

  /**
   * As {@link #read(Arguments)} with other values of some options.
   *
   * @param instead none for an option that is not given
   */
  public static Numerics read(Arguments arguments, Map<NumericsOption, List<String>> instead) {
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
}
