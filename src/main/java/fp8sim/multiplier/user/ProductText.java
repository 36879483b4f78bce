package fp8sim.multiplier.user;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads tables from text: lines of numbers, and arrays of C. */
final class ProductText {
  private static final Pattern SEPARATOR = Pattern.compile("[\\s,;]+");
  private static final Pattern C_COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
  private static final Pattern C_NUMBER = Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|\\d+)");
  private static final Pattern HEX = Pattern.compile("[-+]?0[xX][0-9a-fA-F]{1,8}");

  private ProductText() {}

  /** A line of numbers. */
  private record Row(int line, double[] numbers) {}

  /**
   * The lines of a file.
   *
   * @param heading the words of a first line that is not all numbers; empty without one
   */
  private record Lines(List<String> heading, List<Row> rows) {}

  /** Lines {@code a b product}, in any order. */
  static TableFile triples(Path file, boolean signed) throws IOException {
    Lines lines = lines(file);
    boolean swapped =
        lines.heading.size() > 1
            && lines.heading.get(0).equalsIgnoreCase("b")
            && lines.heading.get(1).equalsIgnoreCase("a");
    double[] lowest = {0, 0};
    double[] highest = {0, 0};
    for (Row row : lines.rows) {
      if (row.numbers.length != 3) {
        throw TableFile.bad(
            file,
            "line %d: expected 'a b product', found %d numbers (a matrix is dialect=matrix)"
                .formatted(row.line, row.numbers.length));
      }
      for (int i = 0; i < 2; i++) {
        double operand = row.numbers[i];
        if (operand != Math.rint(operand) || Math.abs(operand) >= 1 << TableFile.MAX_BITS) {
          throw TableFile.bad(
              file,
              "line %d: operand %s is no integer of at most %d bits"
                  .formatted(row.line, text(operand), TableFile.MAX_BITS));
        }
        if (operand < 0 && !signed) {
          throw TableFile.bad(
              file,
              "line %d: operand %s is negative, but signed=false"
                  .formatted(row.line, text(operand)));
        }
        lowest[i] = Math.min(lowest[i], operand);
        highest[i] = Math.max(highest[i], operand);
      }
    }
    int bitsFirst = width(lowest[0], highest[0], signed);
    int bitsSecond = width(lowest[1], highest[1], signed);
    double[] entries = new double[1 << (bitsFirst + bitsSecond)];
    Arrays.fill(entries, Double.NaN);
    for (Row row : lines.rows) {
      int first = (int) row.numbers[0] & ((1 << bitsFirst) - 1);
      int second = (int) row.numbers[1] & ((1 << bitsSecond) - 1);
      int at = swapped ? second << bitsFirst | first : first << bitsSecond | second;
      if (!Double.isNaN(entries[at]) && entries[at] != row.numbers[2]) {
        throw TableFile.bad(
            file,
            "line %d: another product of %s and %s than before"
                .formatted(row.line, text(row.numbers[0]), text(row.numbers[1])));
      }
      entries[at] = row.numbers[2];
    }
    TableFile table =
        new TableFile(
            1 << (swapped ? bitsSecond : bitsFirst),
            1 << (swapped ? bitsFirst : bitsSecond),
            entries);
    requireAllPairs(file, table, signed);
    return table;
  }

  /** Bits of operands from the lowest to the highest, at least those of the narrowest format. */
  private static int width(double lowest, double highest, boolean signed) {
    int bits = TableFile.MIN_BITS;
    while (signed
        ? lowest < -(1 << (bits - 1)) || highest >= 1 << (bits - 1)
        : highest >= 1 << bits) {
      bits++;
    }
    return bits;
  }

  private static void requireAllPairs(Path file, TableFile table, boolean signed) {
    for (int i = 0; i < table.entries().length; i++) {
      if (Double.isNaN(table.entries()[i])) {
        int a = value(i / table.columns(), table.bitsA(), signed);
        int b = value(i % table.columns(), table.bitsW(), signed);
        throw TableFile.bad(
            file,
            "has no product of %d and %d, which a table of %d x %d bits has"
                .formatted(a, b, table.bitsA(), table.bitsW()));
      }
    }
  }

  private static int value(int code, int bits, boolean signed) {
    int unused = Integer.SIZE - bits;
    return signed ? code << unused >> unused : code;
  }

  /** One line for each first operand, with or without operands above and before the products. */
  static TableFile matrix(Path file, boolean signed, TableFile.Order order) throws IOException {
    Lines lines = lines(file);
    List<Row> rows = new ArrayList<>(lines.rows);
    int length = rows.isEmpty() ? 0 : rows.getLast().numbers.length;
    boolean firstColumn = isSide(length - 1);
    int columns = firstColumn ? length - 1 : length;
    double[] headings = null;
    if (!lines.heading.isEmpty()) {
      headings = headings(file, lines.heading, columns);
    } else if (isSide(rows.size() - 1)) {
      Row row = rows.removeFirst();
      int before = row.numbers.length - columns;
      if (before != 0 && before != 1) {
        throw TableFile.bad(
            file,
            "line %d: %d numbers, but the last line has %d"
                .formatted(row.line, row.numbers.length, length));
      }
      headings = Arrays.copyOfRange(row.numbers, before, row.numbers.length);
    }
    if (!isSide(rows.size()) || !isSide(columns)) {
      throw TableFile.bad(
          file,
          "has %d lines of %d numbers; a side is %d to %d, a power of two, plus one with operands"
              .formatted(rows.size(), length, 1 << TableFile.MIN_BITS, 1 << TableFile.MAX_BITS));
    }
    double[] firsts = new double[rows.size()];
    double[] entries = new double[rows.size() * columns];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (row.numbers.length != length) {
        throw TableFile.bad(
            file,
            "line %d: %d numbers, but the last line has %d"
                .formatted(row.line, row.numbers.length, length));
      }
      firsts[i] = row.numbers[0];
      System.arraycopy(row.numbers, length - columns, entries, i * columns, columns);
    }
    int[] rowCodes = codes(file, firstColumn ? firsts : null, rows.size(), signed, order);
    int[] columnCodes = codes(file, headings, columns, signed, order);
    double[] placed = new double[entries.length];
    for (int i = 0; i < entries.length; i++) {
      placed[rowCodes[i / columns] * columns + columnCodes[i % columns]] = entries[i];
    }
    return new TableFile(rows.size(), columns, placed);
  }

  /** The operands of a heading; null if it has words only, which say nothing of the order. */
  private static double @Nullable [] headings(Path file, List<String> words, int columns) {
    List<String> last = words.subList(Math.max(words.size() - columns, 0), words.size());
    double[] numbers = new double[last.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(last.get(i));
      if (Double.isNaN(numbers[i])) {
        return null;
      }
    }
    if (numbers.length != columns) {
      throw TableFile.bad(
          file, "has a heading of %d for %d columns".formatted(words.size(), columns));
    }
    return numbers;
  }

  /** The code of each row or column. */
  private static int[] codes(
      Path file, double @Nullable [] operands, int count, boolean signed, TableFile.Order order) {
    int[] codes = new int[count];
    boolean[] seen = new boolean[count];
    int lowest = signed ? -count / 2 : 0;
    boolean byValue = signed && order == TableFile.Order.VALUE;
    for (int i = 0; i < count; i++) {
      double operand = operands == null ? byValue ? i + lowest : i : operands[i];
      if (operands != null && !(operand >= lowest && operand < lowest + count)) {
        throw TableFile.bad(
            file,
            "names the operand %s among %d from %d on; say signed=true or signed=false"
                .formatted(text(operand), count, lowest));
      }
      codes[i] = (int) operand & (count - 1);
      if (seen[codes[i]] || operand != Math.rint(operand)) {
        throw TableFile.bad(
            file, "names the operand " + text(operand) + ", twice or not an integer");
      }
      seen[codes[i]] = true;
    }
    return codes;
  }

  private static boolean isSide(int count) {
    return Integer.bitCount(count) == 1
        && count >= 1 << TableFile.MIN_BITS
        && count <= 1 << TableFile.MAX_BITS;
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

  private static Lines lines(Path file) throws IOException {
    List<String> heading = List.of();
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int line = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        List<String> words = words(text);
        double[] numbers = words.stream().mapToDouble(ProductText::number).toArray();
        boolean allNumbers = Arrays.stream(numbers).noneMatch(Double::isNaN);
        if (words.isEmpty()) {
          continue;
        }
        if (!allNumbers && rows.isEmpty() && heading.isEmpty()) {
          heading = words;
        } else if (allNumbers) {
          rows.add(new Row(line, numbers));
        } else {
          String bad = words.stream().filter(w -> Double.isNaN(number(w))).findFirst().orElse("");
          throw TableFile.bad(file, "line " + line + ": '" + bad + "' is not a number");
        }
      }
    }
    return new Lines(heading, rows);
  }

  private static List<String> words(String line) {
    int comment = line.indexOf('#');
    String text = (comment < 0 ? line : line.substring(0, comment)).strip();
    return text.isEmpty() ? List.of() : List.of(SEPARATOR.split(text));
  }

  /** A decimal or hexadecimal number, or NaN. */
  private static double number(String word) {
    if (HEX.matcher(word).matches()) {
      return Long.decode(word);
    }
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  private static String text(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** The numbers between the braces of an array in C. */
  static TableFile cHeader(Path file, String source, boolean signed) {
    String code = C_COMMENT.matcher(source).replaceAll(" ");
    Matcher numbers = C_NUMBER.matcher(code.substring(Math.max(code.indexOf('{'), 0)));
    double[] entries = new double[1 << (2 * TableFile.MAX_BITS)];
    int count = 0;
    while (numbers.find()) {
      if (count < entries.length) {
        entries[count] = BinaryTable.sixteenBits(decoded(file, numbers.group()), signed);
      }
      count++;
    }
    int bits = TableFile.sideBits(count, TableFile.MIN_BITS, TableFile.MAX_BITS);
    if (bits < 0) {
      throw TableFile.bad(
          file,
          "has " + count + " numbers between its braces, expected 65536 (4^n for n bits a side)");
    }
    return new TableFile(1 << bits, 1 << bits, Arrays.copyOf(entries, count));
  }

  private static int decoded(Path file, String number) {
    try {
      boolean isHex = number.toLowerCase(Locale.ROOT).contains("0x");
      return isHex ? Integer.decode(number) : Integer.parseInt(number);
    } catch (NumberFormatException _) {
      throw TableFile.bad(file, "holds the number " + number + ", which is no 32-bit integer");
    }
  }
}
