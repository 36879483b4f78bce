package fp8sim.cli.frame;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options and operands of one call: command line over configuration file over defaults.
 *
 * <p>Asking for an option that the command did not declare is a programming error.
 */
public final class Arguments {
  /** The name that operands have in a configuration file. */
  public static final String OPERANDS = "arguments";

  private final Map<String, CliOption> declared;
  private final Map<String, List<String>> values;
  private final List<String> operands;

  public Arguments(
      Map<String, CliOption> declared, Map<String, List<String>> values, List<String> operands) {
    this.declared = declared;
    this.values = new LinkedHashMap<>(values);
    this.operands = List.copyOf(operands);
  }

  /** All values that were given, by option; operands have the name that files give them. */
  Map<String, List<String>> values() {
    Map<String, List<String>> all = new LinkedHashMap<>(values);
    all.put(OPERANDS, operands);
    return all;
  }

  /** The options that the command has, by name. */
  public Map<String, CliOption> declared() {
    return declared;
  }

  /** Whether the command has an option of this name. */
  public boolean declares(String name) {
    return declared.containsKey(name);
  }

  /** Whether a flag is set. */
  public boolean has(String name) {
    return !list(name).isEmpty();
  }

  /** Whether the user gave an option. */
  public boolean isGiven(String name) {
    return values.containsKey(name);
  }

  /**
   * Refuses options that would have no effect on this call. A default value counts as not given: a
   * result file repeats those.
   *
   * @param why such as {@code "has no effect without --assign"}
   * @throws Fp8simException (usage) that names the first one that is given
   */
  public void refuse(String why, CliOption... options) {
    for (CliOption option : options) {
      List<String> given = values.get(option.name());
      if (given != null
          && !given.equals(Optional.ofNullable(option.defaultValue()).stream().toList())) {
        throw Fp8simException.usage("--" + option.name() + ": " + why + "; leave it out");
      }
    }
  }

  /** All values of an option in the order given; a single default counts as given. */
  public List<String> list(String name) {
    CliOption option = declared.get(name);
    if (option == null) {
      throw new IllegalArgumentException("undeclared option " + name);
    }
    List<String> given = values.get(name);
    if (given != null) {
      return given;
    }
    String defaultValue = NumericsDefaults.of(option, values);
    return defaultValue == null ? List.of() : List.of(defaultValue);
  }

  /** The value of an option, if it has one. */
  public Optional<String> find(String name) {
    return list(name).stream().findFirst();
  }

  /** The value of an option that must have one. */
  public String get(String name) {
    return find(name).orElseThrow(() -> Fp8simException.usage("--" + name + " is missing"));
  }

  /** The value of an option as a path, if it has one. */
  public Optional<Path> findPath(String name) {
    return find(name).map(text -> UserPath.of("--" + name, text));
  }

  /** The value of an option that must have one, as a path. */
  public Path path(String name) {
    return UserPath.of("--" + name, get(name));
  }

  /** The value of an option as an integer of at least {@code minimum}, if it has one. */
  public OptionalInt findInt(String name, int minimum) {
    Optional<String> text = find(name);
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(toInt(name, text.get(), minimum));
  }

  /** The value of an option that must have one, as an integer of at least {@code minimum}. */
  public int integer(String name, int minimum) {
    return toInt(name, get(name), minimum);
  }

  /** As {@link #findInt(String, int)}, and of at most {@code maximum}. */
  public OptionalInt findInt(String name, int minimum, int maximum) {
    List<Integer> all = integers(name, minimum, maximum);
    return all.isEmpty() ? OptionalInt.empty() : OptionalInt.of(all.getFirst());
  }

  /** All values of an option as integers of at least {@code minimum}. */
  public List<Integer> integers(String name, int minimum) {
    return list(name).stream().map(text -> toInt(name, text, minimum)).toList();
  }

  /** As {@link #integers(String, int)}, and of at most {@code maximum}. */
  public List<Integer> integers(String name, int minimum, int maximum) {
    List<Integer> all = integers(name, minimum);
    for (int value : all) {
      if (value > maximum) {
        throw Fp8simException.usage("--" + name + " " + value + ": must be at most " + maximum);
      }
    }
    return all;
  }

  /** The value of an option that must have one, as a 64-bit integer. */
  public long longInteger(String name) {
    String text = get(name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw notA("integer", name, text);
    }
  }

  /** The value of an option that must have one, as a finite number. */
  public double number(String name) {
    String text = get(name);
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw notA("number", name, text);
    }
    throw notA("finite number", name, text);
  }

  /** What stands besides the options. */
  public List<String> operands() {
    return operands;
  }

  /** Records what an option without a fixed default came to be, for the result file. */
  public void resolve(String name, String value) {
    if (!declared.containsKey(name)) {
      throw new IllegalArgumentException("undeclared option " + name);
    }
    values.put(name, List.of(value));
  }

  /** As {@link #toJson()}, with the paths that a file has which is written. */
  public JsonObject toJson(Path file) {
    FilePaths paths = FilePaths.to(file);
    JsonObject json = toJson();
    for (String name : List.copyOf(json.keySet())) {
      CliOption option = declared.get(name);
      if (option != null) {
        json.add(name, paths.json(option, json.get(name)));
      }
    }
    return json;
  }

  /** All options that have a value, as a configuration file would give them. */
  public JsonObject toJson() {
    JsonObject json = toJson(declared.values());
    if (!operands.isEmpty()) {
      json.add(OPERANDS, array(operands));
    }
    return json;
  }

  /** Those of these options that were given, without defaults. */
  public JsonObject given(List<OptionSection> sections) {
    return toJson(
        sections.stream()
            .flatMap(section -> section.options().stream())
            .filter(option -> values.containsKey(option.name()))
            .toList());
  }

  private JsonObject toJson(Collection<CliOption> options) {
    JsonObject json = new JsonObject();
    for (CliOption option : options) {
      List<String> all = list(option.name());
      if (!all.isEmpty() && !CommonOptions.isControl(option)) {
        json.add(option.name(), option.repeatable() ? array(all) : toJson(option, all.getFirst()));
      }
    }
    return json;
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static JsonElement toJson(CliOption option, String text) {
    if (option.isFlag()) {
      return new JsonPrimitive(true);
    }
    if (text.matches("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?")) {
      return new JsonPrimitive(new BigDecimal(text));
    }
    return new JsonPrimitive(text);
  }

  private static int toInt(String name, String text, int minimum) {
    int value;
    try {
      value = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw notA("integer", name, text);
    }
    if (value < minimum) {
      throw Fp8simException.usage("--" + name + " " + text + ": must be at least " + minimum);
    }
    return value;
  }

  private static Fp8simException notA(String kind, String name, String text) {
    String article = kind.startsWith("i") ? "an " : "a ";
    return Fp8simException.usage("--" + name + " " + text + ": not " + article + kind);
  }
}
