package fp8sim.multiplier;

import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code key=value,...} part of a multiplier's specification; every key must be read. A value
 * with commas, such as a file's name, stands in square brackets.
 */
public final class MultiplierOptions {
  /** A value that holds commas stands in square brackets. */
  private static final Pattern PAIR =
      Pattern.compile("\\G([^=,]+)=(?:\\[([^\\]]*)\\]|([^,]*))(,|$)");

  private final String model;
  private final Map<String, String> unread = new LinkedHashMap<>();

  private MultiplierOptions(String model) {
    this.model = model;
  }

  static MultiplierOptions parse(String model, String text) {
    MultiplierOptions options = new MultiplierOptions(model);
    Matcher pair = PAIR.matcher(text);
    for (int end = 0; end < text.length(); end = pair.end()) {
      if (!pair.find()) {
        throw options.error("expected key=value, found '" + text.substring(end) + "'");
      }
      if (pair.end() == text.length() && pair.group(4).equals(",")) {
        throw options.error("expected key=value, found ''");
      }
      String plain = pair.group(3);
      if (options.unread.put(pair.group(1), plain == null ? pair.group(2) : plain) != null) {
        throw options.error(pair.group(1) + " is given twice");
      }
    }
    return options;
  }

  /** The model's name, for messages. */
  String model() {
    return "multiplier " + model;
  }

  public String text(String key, String otherwise) {
    String value = unread.remove(key);
    return value == null ? otherwise : value;
  }

  /** A text that may be left out. */
  public Optional<String> optionalText(String key) {
    return Optional.ofNullable(unread.remove(key));
  }

  public String required(String key) {
    String value = unread.remove(key);
    if (value == null || value.isEmpty()) {
      throw error(key + "=... is missing");
    }
    return value;
  }

  public boolean flag(String key, boolean otherwise) {
    return choice(key, otherwise ? "true" : "false", "true", "false").equals("true");
  }

  public String choice(String key, String otherwise, String... allowed) {
    String value = text(key, otherwise);
    if (!List.of(allowed).contains(value)) {
      throw error(key + " must be one of " + String.join(", ", allowed) + ", not '" + value + "'");
    }
    return value;
  }

  /** One of an enum's constants, spelled in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    return OptionNames.parse(type, model() + ": " + key, text(key, OptionNames.of(otherwise)));
  }

  public <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> type) {
    String value = unread.remove(key);
    return Optional.ofNullable(value)
        .map(text -> OptionNames.parse(type, model() + ": " + key, text));
  }

  public int requiredInteger(String key, int min, int max) {
    return number(key, required(key), "", min, max);
  }

  /** A number, or empty for the word that stands for none, which is the default. */
  public OptionalInt optionalInteger(String key, String none, int min, int max) {
    String value = text(key, none);
    return value.equals(none)
        ? OptionalInt.empty()
        : OptionalInt.of(number(key, value, none.isEmpty() ? "" : none + " or ", min, max));
  }

  private int number(String key, String value, String otherwise, int min, int max) {
    boolean isNumber = value.matches("\\d{1,6}");
    if (!isNumber || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
      throw error(key + " must be " + otherwise + min + ".." + max + ", not '" + value + "'");
    }
    return Integer.parseInt(value);
  }

  void requireAllRead(String allowed) {
    if (!unread.isEmpty()) {
      String keys = String.join(", ", unread.keySet());
      throw error("unknown " + keys + (allowed.isEmpty() ? "" : "; it knows " + allowed));
    }
  }

  public Fp8simException error(String message) {
    return Fp8simException.usage(model() + ": " + message);
  }
}
