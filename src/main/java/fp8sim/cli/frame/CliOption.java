package fp8sim.cli.frame;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One long option, which may also stand in a configuration file under the same name.
 *
 * @param name kebab-case, without dashes
 * @param description one phrase for the help
 * @param value null for a flag
 * @param repeatable whether it may be given several times
 * @param required whether it must be given
 * @param role what its value is to the command
 */
public record CliOption(
    String name,
    String description,
    @Nullable Value value,
    boolean repeatable,
    boolean required,
    Role role) {
  /**
   * What may follow an option.
   *
   * @param argument what the help calls it
   * @param defaultValue the value if none is given; null if there is none, or it depends on the
   *     machine
   * @param choices all legal values; empty if any text may be one
   */
  public record Value(String argument, @Nullable String defaultValue, List<String> choices) {
    public Value {
      choices = List.copyOf(choices);
    }
  }

  /** What a value is: where results are written, or anything else. */
  public enum Role {
    PARAMETER,
    OUTPUT_FILE,
    OUTPUT_FOLDER
  }

  /** An option without a value. */
  public static CliOption flag(String name, String description) {
    return new CliOption(name, description, null, false, false, Role.PARAMETER);
  }

  /** An option with one value. */
  public static CliOption value(String name, String argument, String description) {
    return of(name, description, new Value(argument, null, List.of()));
  }

  /** An option with a file that results are written to. */
  public static CliOption outputFile(String name, String argument, String description) {
    return value(name, argument, description).withRole(Role.OUTPUT_FILE);
  }

  /** An option with a folder that results are written into. */
  public static CliOption outputFolder(String name, String description) {
    return value(name, "DIR", description).withRole(Role.OUTPUT_FOLDER);
  }

  /** An option whose value is one of {@code choices}; the first is the default. */
  public static CliOption choice(String name, String description, String... choices) {
    return of(name, description, new Value("NAME", choices[0], List.of(choices)));
  }

  private static CliOption of(String name, String description, Value value) {
    return new CliOption(name, description, value, false, false, Role.PARAMETER);
  }

  private CliOption withRole(Role other) {
    return new CliOption(name, description, value, repeatable, required, other);
  }

  /** This option, which has a value, with one that counts if none is given. */
  public CliOption withDefault(String text) {
    Value given = Objects.requireNonNull(value);
    Value changed = new Value(given.argument(), text, given.choices());
    return new CliOption(name, description, changed, repeatable, required, role);
  }

  /** This option, which must be given. */
  public CliOption mandatory() {
    return new CliOption(name, description, value, repeatable, true, role);
  }

  /** This option, which need not be given. */
  public CliOption optional() {
    return new CliOption(name, description, value, repeatable, false, role);
  }

  /** This option, which may be given several times. */
  public CliOption repeated() {
    return new CliOption(name, description, value, true, required, role);
  }

  public boolean isFlag() {
    return value == null;
  }

  /** What the help calls its value; null for a flag. */
  @Nullable
  public String argument() {
    return value == null ? null : value.argument();
  }

  /** The value if none is given; null if there is none. */
  @Nullable String defaultValue() {
    return value == null ? null : value.defaultValue();
  }

  /** All legal values; empty if any text may be one. */
  public List<String> choices() {
    return value == null ? List.of() : value.choices();
  }
}
