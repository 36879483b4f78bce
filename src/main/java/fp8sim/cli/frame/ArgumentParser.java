package fp8sim.cli.frame;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** Turns the words after a command's name into checked {@link Arguments}. */
public final class ArgumentParser {
  private final Command command;
  private final List<Command> all;
  private final Map<String, CliOption> declared = new LinkedHashMap<>();

  /**
   * A parser.
   *
   * @param command whose words are parsed
   * @param all commands whose results may be given as its configuration
   */
  public ArgumentParser(Command command, List<Command> all) {
    this.command = command;
    this.all = List.copyOf(all);
    for (OptionSection section : command.options()) {
      section.options().forEach(option -> declared.put(option.name(), option));
    }
    CommonOptions.SECTION.options().forEach(option -> declared.put(option.name(), option));
  }

  /** Parses the words after the command's name. */
  public Arguments parse(String[] words) {
    CommandLine line = parseWords(words);
    Map<String, List<String>> values = new LinkedHashMap<>();
    Map<String, List<String>> given = given(line);
    List<String> operands = line.getArgList();
    if (line.hasOption(CommonOptions.CONFIG.name())) {
      String name = CommonOptions.CONFIG.name();
      Path file = UserPath.of("--" + name, line.getOptionValue(name));
      values.putAll(ConfigurationFile.read(file, command, all, declared));
      values.keySet().removeAll(given.keySet());
      if (!operands.isEmpty()) {
        values.remove(Arguments.OPERANDS);
      }
      boolean allowed = line.hasOption(CommonOptions.ALLOW_SOURCE.name());
      SourcePermission.of(allowed, given, declared).check(file.toString(), values, declared);
      operands = Objects.requireNonNullElse(values.remove(Arguments.OPERANDS), operands);
    }
    values.putAll(given);
    check(values, operands, line.hasOption(CommonOptions.HELP.name()));
    return new Arguments(declared, values, operands);
  }

  /**
   * The arguments that a configuration gives, without a command line.
   *
   * @param source names the configuration in errors
   * @param sections all options that it may have
   * @param permission what code it may run
   */
  public static Arguments configuration(
      String source, JsonObject json, List<OptionSection> sections, SourcePermission permission) {
    Map<String, CliOption> declared = new LinkedHashMap<>();
    for (OptionSection section : sections) {
      section.options().forEach(option -> declared.put(option.name(), option));
    }
    Map<String, List<String>> values = ConfigurationFile.values(source, json, declared);
    permission.check(source, values, declared);
    for (CliOption option : declared.values()) {
      checkValues(source + ": ", option, values.getOrDefault(option.name(), List.of()));
      if (option.required() && !values.containsKey(option.name())) {
        throw Fp8simException.usage(source + ": " + option.name() + " is missing");
      }
    }
    return new Arguments(declared, values, List.of());
  }

  private CommandLine parseWords(String[] words) {
    Options options = new Options();
    declared.values().forEach(option -> options.addOption(toCommonsCli(option)));
    try {
      return DefaultParser.builder().setAllowPartialMatching(false).get().parse(options, words);
    } catch (UnrecognizedOptionException e) {
      String word = e.getOption().replaceFirst("=.*", "");
      throw Fp8simException.usage(
          "unknown option "
              + word
              + Suggestions.didYouMean(word.replaceFirst("^-+", ""), declared.keySet(), "--")
              + helpHint());
    } catch (MissingArgumentException e) {
      String name = e.getOption().getLongOpt();
      throw Fp8simException.usage(
          "--" + name + " needs a value: --" + name + " " + e.getOption().getArgName());
    } catch (ParseException e) {
      throw Fp8simException.usage(e.getMessage() + helpHint());
    }
  }

  private Map<String, List<String>> given(CommandLine line) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (CliOption option : declared.values()) {
      if (option.isFlag() && line.hasOption(option.name())) {
        values.put(option.name(), List.of("true"));
      } else if (line.hasOption(option.name())) {
        values.put(option.name(), Arrays.asList(line.getOptionValues(option.name())));
      }
    }
    return values;
  }

  private void check(Map<String, List<String>> values, List<String> operands, boolean help) {
    if (help) {
      return;
    }
    for (CliOption option : declared.values()) {
      checkValues("", option, values.getOrDefault(option.name(), List.of()));
      if (option.required() && !values.containsKey(option.name())) {
        throw Fp8simException.usage(
            "--" + option.name() + " " + option.argument() + " is missing" + helpHint());
      }
    }
    if (operands.stream().anyMatch(String::isBlank)) {
      throw Fp8simException.usage("an argument is empty" + helpHint());
    }
    if (command.operands().isEmpty() && !operands.isEmpty()) {
      throw Fp8simException.usage("unexpected argument '" + operands.getFirst() + "'" + helpHint());
    }
  }

  private static void checkValues(String where, CliOption option, List<String> texts) {
    if (texts.size() > 1 && !option.repeatable() && !option.isFlag()) {
      throw Fp8simException.usage(where + "--" + option.name() + " is given more than once");
    }
    for (String text : texts) {
      if (text.isBlank()) {
        throw Fp8simException.usage(
            where + "--" + option.name() + " needs a value, not an empty one");
      }
      if (!option.choices().isEmpty() && !option.choices().contains(text)) {
        throw Fp8simException.usage(
            "%s--%s %s: not one of %s%s"
                .formatted(
                    where,
                    option.name(),
                    text,
                    String.join(", ", option.choices()),
                    Suggestions.didYouMean(text, option.choices(), "")));
      }
    }
  }

  private String helpHint() {
    return "; see fp8sim " + command.name() + " --help";
  }

  private static Option toCommonsCli(CliOption option) {
    Option.Builder builder = Option.builder().longOpt(option.name()).hasArg(!option.isFlag());
    if (option.argument() != null) {
      builder.argName(option.argument());
    }
    return builder.get();
  }
}
