package fp8sim.cli.frame;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Options in a JSON file: names as on the command line, {@code true} or {@code false} for flags,
 * arrays for options that may be repeated. A result file is one too: its {@code configuration}.
 * Relative paths start at the file's folder.
 */
final class ConfigurationFile {
  private static final String SCHEMA_KEY = "schema";
  private static final JsonPrimitive SCHEMA = new JsonPrimitive(1);

  private ConfigurationFile() {}

  /**
   * Reads a file. Of the result of another command, the options that both have count.
   *
   * @param command that the options are for
   * @param all commands whose results may be read
   * @param declared the command's options
   */
  static Map<String, List<String>> read(
      Path file, Command command, List<Command> all, Map<String, CliOption> declared) {
    JsonObject json = JsonFile.read(file);
    if (json.has(SCHEMA_KEY) && !SCHEMA.equals(json.get(SCHEMA_KEY))) {
      throw Fp8simException.usage(
          "%s: schema is %s; this fp8sim reads %s".formatted(file, json.get(SCHEMA_KEY), SCHEMA));
    }
    json.remove(SCHEMA_KEY);
    if (json.get("configuration") instanceof JsonObject configuration) {
      otherCommand(json, command, all)
          .ifPresent(other -> keepCommon(configuration, other, declared));
      json = configuration;
    }
    return FilePaths.from(file)
        .values(values(file.toString(), json, declared), declared, command.operands());
  }

  private static Optional<Command> otherCommand(
      JsonObject result, Command command, List<Command> all) {
    String name = result.get("command") instanceof JsonPrimitive p ? p.getAsString() : "";
    return all.stream()
        .filter(other -> other.name().equals(name) && !name.equals(command.name()))
        .findFirst();
  }

  private static void keepCommon(
      JsonObject configuration, Command other, Map<String, CliOption> declared) {
    configuration.remove(Arguments.OPERANDS);
    for (OptionSection section : other.options()) {
      for (CliOption option : section.options()) {
        if (!option.equals(declared.get(option.name()))) {
          configuration.remove(option.name());
        }
      }
    }
  }

  /** The values of options by name; {@code source} names where they are from in errors. */
  static Map<String, List<String>> values(
      String source, JsonObject json, Map<String, CliOption> declared) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
      List<String> texts = texts(source, entry.getKey(), entry.getValue(), declared);
      if (!texts.isEmpty()) {
        values.put(entry.getKey(), texts);
      }
    }
    return values;
  }

  private static List<String> texts(
      String source, String key, JsonElement value, Map<String, CliOption> declared) {
    if (key.equals(Arguments.OPERANDS)) {
      return texts(source, key, value);
    }
    CliOption option = declared.get(key);
    if (option == null || CommonOptions.isControl(option)) {
      throw Fp8simException.usage(
          source
              + ": unknown option '"
              + key
              + "'"
              + Suggestions.didYouMean(key, declared.keySet(), ""));
    }
    if (option.isFlag()) {
      return flag(source, key, value);
    }
    if (value instanceof JsonArray && !option.repeatable()) {
      throw Fp8simException.usage(source + ": " + key + ": takes one value, not an array");
    }
    return texts(source, key, value);
  }

  private static List<String> flag(String source, String key, JsonElement value) {
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw Fp8simException.usage(source + ": " + key + ": must be true or false");
    }
    return value.getAsBoolean() ? List.of("true") : List.of();
  }

  private static List<String> texts(String source, String key, JsonElement value) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : value instanceof JsonArray array ? array : List.of(value)) {
      if (!element.isJsonPrimitive() || element.getAsJsonPrimitive().isBoolean()) {
        throw Fp8simException.usage(source + ": " + key + ": must be a text or a number");
      }
      texts.add(element.getAsString());
    }
    return texts;
  }
}
