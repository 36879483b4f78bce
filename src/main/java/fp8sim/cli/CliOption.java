package fp8sim.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One long option, which may also stand in a configuration file under the same name.
 *
 * @param name kebab-case, without dashes
 * @param argument what the help calls its value; null for a flag
 * @param description one phrase for the help
 * @param defaultValue the value if none is given; null if there is none, or it depends on the
 *     machine
 * @param choices all legal values; empty if any text may be one
 * @param repeatable whether it may be given several times
 * @param required whether it must be given
 * @param role what its value is to the command
 */
public record CliOption(
    String name,
    @Nullable String argument,
    String description,
    @Nullable String defaultValue,
    List<String> choices,
    boolean repeatable,
    boolean required,
    Role role) {
  /** What a value is: where results are written, or anything else. */
  public enum Role {
    PARAMETER,
    OUTPUT_FILE,
    OUTPUT_FOLDER
  }

  public CliOption {
    choices = List.copyOf(choices);
  }

  /** An option without a value. */
  public static CliOption flag(String name, String description) {
    return new CliOption(name, null, description, null, List.of(), false, false, Role.PARAMETER);
  }

  /** An option with one value. */
  public static CliOption value(String name, String argument, String description) {
    return new CliOption(
        name, argument, description, null, List.of(), false, false, Role.PARAMETER);
  }

  /** An option with a file that results are written to. */
  public static CliOption outputFile(String name, String argument, String description) {
    return value(name, argument, description).withRole(Role.OUTPUT_FILE);
  }

  /** An option with a folder that results are written into. */
  public static CliOption outputFolder(String name, String description) {
    return value(name, "DIR", description).withRole(Role.OUTPUT_FOLDER);
  }

  private CliOption withRole(Role other) {
    return new CliOption(
        name, argument, description, defaultValue, choices, repeatable, required, other);
  }

  /** An option whose value is one of {@code choices}; the first is the default. */
  public static CliOption choice(String name, String description, String... choices) {
    return new CliOption(
        name, "NAME", description, choices[0], List.of(choices), false, false, Role.PARAMETER);
  }

  /** This option with a value that counts if none is given. */
  public CliOption withDefault(String value) {
    return new CliOption(name, argument, description, value, choices, repeatable, required, role);
  }

  /** This option, which must be given. */
  public CliOption mandatory() {
    return new CliOption(
        name, argument, description, defaultValue, choices, repeatable, true, role);
  }

  /** This option, which need not be given. */
  public CliOption optional() {
    return new CliOption(
        name, argument, description, defaultValue, choices, repeatable, false, role);
  }

  /** This option, which may be given several times. */
  public CliOption repeated() {
    return new CliOption(name, argument, description, defaultValue, choices, true, required, role);
  }

  boolean isFlag() {
    return argument == null;
  }
}
