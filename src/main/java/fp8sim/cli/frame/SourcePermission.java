package fp8sim.cli.frame;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.numerics.LayerText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which code of users may run. A {@code source:} multiplier is a program: whoever types one on the
 * command line wants it to run, but a file (configuration, plan, results) may come from anyone, so
 * that what it names runs only with {@code --allow-source}, which no file can give.
 */
public final class SourcePermission {
  private final boolean all;
  private final Set<String> typed;

  private SourcePermission(boolean all, Set<String> typed) {
    this.all = all;
    this.typed = typed;
  }

  /**
   * What the options of the command line allow.
   *
   * @param all whether {@code --allow-source} is among them
   */
  public static SourcePermission of(
      boolean all, Map<String, List<String>> typed, Map<String, CliOption> declared) {
    Set<String> sources = new HashSet<>();
    typed.forEach(
        (name, values) ->
            values.forEach(value -> sources(declared.get(name), value).forEach(sources::add)));
    return new SourcePermission(all, sources);
  }

  /** What was allowed to these arguments is allowed to others that are made of them. */
  public static SourcePermission of(Arguments arguments) {
    return of(
        arguments.has(CommonOptions.ALLOW_SOURCE.name()), arguments.values(), arguments.declared());
  }

  /**
   * Refuses code that is not allowed to run.
   *
   * @param source names the file of the options
   * @throws Fp8simException (usage) that names it
   */
  public void check(
      String source, Map<String, List<String>> options, Map<String, CliOption> declared) {
    if (all) {
      return;
    }
    options.forEach(
        (name, values) -> {
          for (String value : values) {
            sources(declared.get(name), value)
                .filter(specification -> !typed.contains(specification))
                .findFirst()
                .ifPresent(
                    specification -> {
                      throw Fp8simException.usage(
                          "%s: %s: %s is code that a file asks to run; --allow-source allows it"
                              .formatted(source, name, specification));
                    });
          }
        });
  }

  /** The sources in an option's value, or in an operand. */
  private static Stream<String> sources(@Nullable CliOption option, String value) {
    String argument = option == null ? null : option.argument();
    Stream<String> multipliers =
        switch (argument) {
          case FilePaths.LAYER -> multiplier(value);
          case FilePaths.CANDIDATE -> multiplier("x:" + value);
          case null, default -> Stream.of(value);
        };
    return multipliers.filter(Multipliers::isSource);
  }

  private static Stream<String> multiplier(String layer) {
    return LayerText.parse(layer).multiplier().stream();
  }
}
