package fp8sim.cli.frame;

import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.Presets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What options of numerics are worth where they are not given: presets and other options decide.
 */
public final class NumericsDefaults {
  private NumericsDefaults() {}

  /**
   * The value of an option that is not given, which presets decide.
   *
   * @param given values of other options
   * @return null if it has none
   */
  static @Nullable String of(CliOption option, Map<String, List<String>> given) {
    return Arrays.stream(NumericsOption.values())
        .filter(numerics -> option(numerics).equals(option))
        .findFirst()
        .map(
            numerics ->
                Presets.defaultValue(
                    numerics,
                    given.getOrDefault(NumericsOption.PRESET.key(), List.of()),
                    given.containsKey(NumericsOption.REESTIMATE_BATCH_NORM.key())))
        .orElse(option.defaultValue());
  }

  /** An option of numerics as the command line has it. */
  public static CliOption option(NumericsOption option) {
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
