package fp8sim.generator;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Java text with holes: {@code {name}} stands for a value. A hole alone on its line, or with the
 * end of a method's head behind it, takes a value of several lines, each indented as the hole is;
 * an empty value takes the line away.
 *
 * <p>Where a line that is too long goes on in the next one, it has soft breaks, in the style of
 * google-java-format: {@code y =` x`.f()`.g();} becomes one line if it fits, else two, broken after
 * the equals sign, else one for each break.
 */
final class Template {
  private static final Pattern HOLE = Pattern.compile("\\{([a-z][A-Za-z]*)}");
  private static final Pattern LONE_HOLE = Pattern.compile("( *)\\{([a-z][A-Za-z]*)}(\\) \\{)?");
  private static final String SOFT_BREAK = "`";
  private static final int LONGEST_LINE = 100;
  private static final int INDENT = 4;

  private Template() {}

  /** The text with each hole filled. */
  static String fill(String text, Map<String, String> values) {
    return text.lines().map(line -> fillLine(line, values)).collect(Collectors.joining());
  }

  private static String fillLine(String line, Map<String, String> values) {
    Matcher lone = LONE_HOLE.matcher(line);
    if (lone.matches()) {
      String end = lone.group(3) == null ? "" : lone.group(3);
      return (value(values, lone.group(2)).stripTrailing() + end)
          .lines()
          .map(part -> part.isEmpty() ? "\n" : lone.group(1) + part + "\n")
          .collect(Collectors.joining());
    }
    return HOLE.matcher(line)
            .replaceAll(hole -> Matcher.quoteReplacement(value(values, hole.group(1))))
        + "\n";
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value for {" + name + "}");
    }
    return value;
  }

  /** Each line with holes of these names once for each set of values, other lines once. */
  static String repeatLines(String text, List<Map<String, String>> values) {
    return text.lines()
        .flatMap(line -> values.stream().map(set -> fillKnown(line, set)).distinct())
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String fillKnown(String line, Map<String, String> values) {
    String filled = line;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("{" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }

  /** The lines for each of the numbers from 0 to {@code count - 1}. */
  static String each(int count, IntFunction<String> lines) {
    return IntStream.range(0, count)
        .mapToObj(lines)
        .map(text -> text.isEmpty() || text.endsWith("\n") ? text : text + "\n")
        .collect(Collectors.joining());
  }

  /** The lines for each element of a table. */
  static <T> String each(List<T> table, Function<T, String> lines) {
    return each(table.size(), index -> lines.apply(table.get(index)));
  }

  /** Decides the soft breaks of a text that has its final indentation. */
  static String breakLines(String text) {
    return text.lines().map(line -> breakLine(line) + "\n").collect(Collectors.joining());
  }

  private static String breakLine(String line) {
    String whole = line.replace(SOFT_BREAK, "");
    int first = line.indexOf(SOFT_BREAK);
    if (first < 0 || whole.length() <= LONGEST_LINE) {
      return whole;
    }
    String indent = " ".repeat(whole.length() - whole.stripLeading().length() + INDENT);
    String start = line.substring(0, first).stripTrailing();
    String rest = line.substring(first + 1);
    String inTwo = indent + rest.replace(SOFT_BREAK, "").strip();
    String inAll =
        indent + rest.strip().replaceAll(SOFT_BREAK + " *", "\n" + indent + " ".repeat(INDENT));
    return start + "\n" + (inTwo.length() <= LONGEST_LINE ? inTwo : inAll);
  }
}
