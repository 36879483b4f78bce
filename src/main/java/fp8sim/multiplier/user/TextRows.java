package fp8sim.multiplier.user;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Lines of numbers between blanks, commas or semicolons; {@code #} starts a comment. */
final class TextRows {
  private static final Pattern SEPARATOR = Pattern.compile("[\\s,;]+");
  private static final Pattern HEX = Pattern.compile("[-+]?0[xX][0-9a-fA-F]{1,8}");

  private TextRows() {}

  /** A line of numbers. */
  record Row(int line, double[] numbers) {}

  /** Takes rows one by one. */
  @FunctionalInterface
  interface Taker {
    void take(Row row);
  }

  /**
   * Reads all rows.
   *
   * @return the words of a first line that is not all numbers; empty without one
   */
  static List<String> read(Path file, Taker taker) throws IOException {
    List<String> heading = List.of();
    boolean first = true;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int line = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        List<String> words = words(text);
        if (words.isEmpty()) {
          continue;
        }
        double[] numbers = words.stream().mapToDouble(TextRows::number).toArray();
        boolean allNumbers = Arrays.stream(numbers).noneMatch(Double::isNaN);
        if (allNumbers) {
          taker.take(new Row(line, numbers));
        } else if (first) {
          heading = words;
        } else {
          String bad = words.stream().filter(w -> Double.isNaN(number(w))).findFirst().orElse("");
          throw TableFile.bad(file, "line " + line + ": '" + bad + "' is not a number");
        }
        first = false;
      }
    }
    return heading;
  }

  /** Numbers in the first line of a file that has any; 0 if it has none. */
  static int numbersInALine(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        List<String> words = words(line);
        if (!words.isEmpty() && words.stream().noneMatch(w -> Double.isNaN(number(w)))) {
          return words.size();
        }
      }
    }
    return 0;
  }

  private static List<String> words(String line) {
    int comment = line.indexOf('#');
    String text = (comment < 0 ? line : line.substring(0, comment)).strip();
    return text.isEmpty() ? List.of() : List.of(SEPARATOR.split(text));
  }

  /** A decimal or hexadecimal number, or NaN. */
  static double number(String word) {
    if (HEX.matcher(word).matches()) {
      return Long.decode(word);
    }
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /** A number for messages. */
  static String text(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
