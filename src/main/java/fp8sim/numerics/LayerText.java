package fp8sim.numerics;

import fp8sim.common.Fp8simException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An exception for layers as text, {@code PATTERN:key=value,...}, taken apart but with values that
 * nobody has read: for who changes the names of files in them, or looks for code of users.
 *
 * @param text as given
 * @param glob of names
 * @param values by key, without brackets
 */
public record LayerText(String text, String glob, Map<LayerKey, String> values) {
  private static final Pattern START =
      Pattern.compile(":(" + LayerKey.ALLOWED.replace(", ", "|") + ")=");

  /** Values in brackets may hold brackets of a file's name. */
  private static final Pattern ENTRY =
      Pattern.compile("\\G([a-z-]+)=(?:\\[((?:[^\\[\\]]|\\[[^\\]]*\\])*)\\]|([^,\\[\\]]*))(,|$)");

  public LayerText {
    values = new LinkedHashMap<>(values);
  }

  /**
   * Takes {@code PATTERN:key=value,...} apart; values that hold colons or commas stand in brackets.
   *
   * @throws Fp8simException one line that says what is allowed
   */
  public static LayerText parse(String text) {
    int split = -1;
    for (Matcher start = START.matcher(text); start.find(); ) {
      split = start.start();
    }
    if (split < 1) {
      throw wrong(text, "write PATTERN:key=value,... with the keys " + LayerKey.ALLOWED);
    }
    return new LayerText(text, text.substring(0, split), entries(text, split + 1));
  }

  private static Map<LayerKey, String> entries(String text, int from) {
    Map<LayerKey, String> values = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(text).region(from, text.length());
    int end = from;
    while (end < text.length()) {
      if (!entry.find()) {
        throw wrong(
            text, "cannot read '" + text.substring(end) + "', write key=value or key=[a,b:c]");
      }
      String plain = entry.group(3);
      values.put(key(text, entry.group(1)), plain == null ? entry.group(2) : plain);
      end = entry.end();
    }
    return values;
  }

  private static LayerKey key(String text, String name) {
    return LayerKey.find(name)
        .orElseThrow(
            () -> wrong(text, "unknown key '" + name + "', use one of " + LayerKey.ALLOWED));
  }

  /** What multiplier is asked for, if one is. */
  public Optional<String> multiplier() {
    return Optional.ofNullable(values.get(LayerKey.MULTIPLIER));
  }

  /** The same exception with another value of a key, if it has one. */
  public LayerText map(LayerKey key, UnaryOperator<String> other) {
    String value = values.get(key);
    String changed = value == null ? null : other.apply(value);
    if (changed == null || changed.equals(value)) {
      return this;
    }
    Map<LayerKey, String> others = new LinkedHashMap<>(values);
    others.put(key, changed);
    return new LayerText(write(glob, others), glob, others);
  }

  /** The text of an exception, with brackets where a value needs them. */
  static String write(String glob, Map<LayerKey, String> values) {
    return glob
        + ":"
        + values.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + bracketed(entry.getValue()))
            .collect(Collectors.joining(","));
  }

  private static String bracketed(String value) {
    return value.chars().anyMatch(c -> ",:[]".indexOf(c) >= 0) ? "[" + value + "]" : value;
  }

  static Fp8simException wrong(String text, String what) {
    return Fp8simException.usage("layer '" + text + "': " + what);
  }
}
